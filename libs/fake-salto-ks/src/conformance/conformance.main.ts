import { acceptanceTarget } from './acceptance-target.ts';
import { checkGroups } from './checks/all-checks.ts';
import { startConformingFake } from './fake-target.ts';
import { notVerified, reportTo, summary } from './report.ts';
import { runSuite } from './run-suite.ts';
import { complaintAbout } from './run.ts';
import type { Target } from './target.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Runs the whole suite, printing as it goes; what is wrong about it. */
async function run(target: Target): Promise<string[]> {
  const suiteRun = await runSuite(target, checkGroups, reportTo(print));
  print(`\n${summary(target.name, suiteRun)}\n`);
  return suiteRun.results.flatMap((result) => complaintAbout(result, target) ?? []);
}

async function runFake(): Promise<string[]> {
  await using fake = await startConformingFake();
  return await run(fake.target);
}

/** Asking for a run that cannot be made is a failure; without being asked, that is only said. */
async function runAcceptance(isAskedFor: boolean): Promise<string[]> {
  const target = acceptanceTarget(process.env);
  if (target) return run(target);
  print(notVerified);
  return isAskedFor ? ['CONFORMANCE.md says which variables it needs'] : [];
}

/** `npm run conformance -w libs/fake-salto-ks -- [fake|acceptance]`, both without an argument; 1 when anything failed. */
async function main(which: string | undefined): Promise<void> {
  if (![undefined, 'fake', 'acceptance'].includes(which)) throw new Error(`neither fake nor acceptance: ${which}`);
  const complaints = [
    ...(which === 'acceptance' ? [] : await runFake()),
    ...(which === 'fake' ? [] : await runAcceptance(which === 'acceptance')),
  ];
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  if (complaints.length > 0) process.exitCode = 1;
}

try {
  await main(process.argv[2]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
