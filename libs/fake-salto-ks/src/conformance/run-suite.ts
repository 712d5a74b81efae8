import type { CheckGroup } from './check.ts';
import { runCheck, type Result } from './run.ts';
import { Session } from './session.ts';
import { sweep } from './sweep.ts';
import type { Target } from './target.ts';

export interface SuiteRun {
  readonly results: readonly Result[];
  /** How many leftovers were deleted at the end. */
  readonly swept: number;
}

/** Told as the run goes on. */
export interface Listener {
  onGroup: (group: CheckGroup) => void;
  onResult: (result: Result) => void;
}

/**
 * All checks of these groups, one after the other, and a sweep at the end. Rejects when Salto refuses to sign us in
 * (each check would try again, until the account is locked), or when leftovers cannot be deleted.
 */
export async function runSuite(
  target: Target,
  groups: readonly CheckGroup[],
  { onGroup, onResult }: Listener,
): Promise<SuiteRun> {
  const session = new Session(target);
  await session.tokens.access();
  const results: Result[] = [];
  for (const group of groups) {
    onGroup(group);
    for (const check of group.checks) {
      const result = await runCheck(session, check);
      results.push(result);
      onResult(result);
    }
  }
  return { results, swept: await sweep(session) };
}
