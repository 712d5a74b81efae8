import type { CheckGroup } from './check.ts';
import type { Listener, SuiteRun } from './run-suite.ts';
import type { Result, Verdict } from './run.ts';
import { saltosAcceptance } from './acceptance-target.ts';

const WIDEST_VERDICT = 'not as guessed'.length;

/** What is printed in place of a run that could not be made. */
export const notVerified = `conformance against ${saltosAcceptance}: not verified (no credentials)`;

/** Prints each group and result as it comes. */
export function reportTo(print: (text: string) => void): Listener {
  return {
    onGroup: ({ title }: CheckGroup) => print(`\n${title}`),
    onResult: (result) => print(resultLines(result)),
  };
}

/** Verdict, class of the fact, check, sentence; below, what was expected and what was seen. */
function resultLines({ check, verdict, seen }: Result): string {
  const indent = ' '.repeat(WIDEST_VERDICT + 7);
  const expected = check.expected.join(' or ');
  return [
    `  ${verdict.padEnd(WIDEST_VERDICT)} [${check.fact}] ${check.id}: ${check.says}`,
    `${indent}${check.fact === '?' ? 'guessed' : 'expected'}: ${expected}`,
    `${indent}seen: ${seen}`,
  ].join('\n');
}

/** How many checks ended how. */
export function summary(name: string, { results, swept }: SuiteRun): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of results) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = [...counts].map(([verdict, count]) => `${count} ${verdict}`);
  if (swept > 0) parts.push(`${swept} leftovers deleted`);
  return `conformance against ${name}: ${parts.join(', ')}`;
}
