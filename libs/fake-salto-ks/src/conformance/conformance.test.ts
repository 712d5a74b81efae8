import { acceptanceTarget } from './acceptance-target.ts';
import { checkGroups } from './checks/all-checks.ts';
import { startConformingFake, type ConformingFake } from './fake-target.ts';
import { notVerified, reportTo, summary } from './report.ts';
import { runSuite } from './run-suite.ts';
import { complaintAbout, runCheck } from './run.ts';
import { Session } from './session.ts';
import { sweep } from './sweep.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);

describe('the fake, as Salto KS', () => {
  let fake: ConformingFake;
  let session: Session;
  const seen: string[] = [];
  beforeAll(async () => {
    fake = await startConformingFake();
    session = new Session(fake.target);
  });
  afterAll(() => fake[Symbol.asyncDispose]());

  describe.each(checkGroups)('$title', ({ checks }) => {
    it.each(checks)('$id: $says', async (check) => {
      const result = await runCheck(session, check);
      seen.push(result.seen);
      expect(complaintAbout(result, fake.target)).toBeUndefined();
    });
  });

  it('has told no token, secret, PIN, name or e-mail', () => {
    expect(seen).toHaveLength(checkGroups.flatMap(({ checks }) => checks).length);
    expect(seen.join('\n')).not.toMatch(/eyJ|[\w-]{30}|\b\d{6}\b|@|Dora|Conformance|doors/);
  });

  // The last checks make nothing: what was deleted before is no longer listed either.
  it('has nothing left of it afterwards', async () => {
    expect(await sweep(session)).toBe(0);
  });
});

const real = acceptanceTarget(process.env);
if (real) {
  // Before there are tests: a check that cannot be done there must not become one that passed.
  const suiteRun = await runSuite(real, checkGroups, reportTo(print));
  print(summary(real.name, suiteRun));
  const results = suiteRun.results.filter(({ verdict }) => verdict !== 'not verified');
  describe(real.name, () => {
    it.each(results)('$check.id: $check.says', (result) => {
      expect(complaintAbout(result, real)).toBeUndefined();
    });
  });
} else {
  print(notVerified);
}
