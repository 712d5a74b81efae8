import { expectedOf, NotVerifiable, type Check } from './check.ts';
import { Lab } from './lab.ts';
import type { Session } from './session.ts';
import type { Target } from './target.ts';

export type Verdict = 'holds' | 'deviates' | 'as guessed' | 'not as guessed' | 'not verified' | 'broke off';

export interface Result {
  readonly check: Check;
  readonly verdict: Verdict;
  /** What was seen, or why nothing could be. */
  readonly seen: string;
}

/** Does one check and removes what it made. Never rejects: a check that breaks off has a verdict, too. */
export async function runCheck(session: Session, check: Check): Promise<Result> {
  const lab = new Lab(session);
  try {
    const seen = await check.see(lab);
    return { check, seen, verdict: verdictOf(check, expectedOf(check, session.target).includes(seen)) };
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    return { check, seen, verdict: error instanceof NotVerifiable ? 'not verified' : 'broke off' };
  } finally {
    await lab.cleanUp();
  }
}

function verdictOf({ fact }: Check, isExpected: boolean): Verdict {
  if (fact === '?') return isExpected ? 'as guessed' : 'not as guessed';
  return isExpected ? 'holds' : 'deviates';
}

/**
 * What is wrong about a result, or nothing. A real Salto KS fails by deviating from a fact, or where a check breaks off;
 * the fake must also do as its guesses say, and be able to show everything.
 */
export function complaintAbout(
  { check, verdict, seen }: Result,
  { isFake }: Pick<Target, 'isFake'>,
): string | undefined {
  const isWell = ['holds', 'as guessed', ...(isFake ? [] : ['not as guessed', 'not verified'])].includes(verdict);
  return isWell
    ? undefined
    : `${check.id} ${verdict}: expected ${expectedOf(check, { isFake }).join(' or ')}; saw ${seen}`;
}
