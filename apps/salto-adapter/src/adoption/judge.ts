import type { AdoptionDecision, AdoptionOutcome, AdoptionRefusal, AdoptionRequest } from '@latchkey/contracts';
import type { FoundPerson } from './group-people.ts';

/** What a decision comes to, before anything is written. */
export interface Judged {
  readonly decision: AdoptionDecision;
  /** Undefined where nobody like this is in the group any more. */
  readonly found: FoundPerson | undefined;
  readonly outcome: AdoptionOutcome;
}

/** Judges decisions by what is in the group now: what has changed since it was shown is refused, each for itself. */
export function judge({ decisions, all }: AdoptionRequest, people: readonly FoundPerson[]): Judged[] {
  const byId = new Map(people.map((person) => [person.saltoUserId, person]));
  const undecided = people.filter(({ membership }) => membership === 'foreign');
  const meant =
    decisions ??
    undecided.map(({ saltoUserId, match }): AdoptionDecision => {
      return { saltoUserId, decision: all ?? 'leave', memberId: match?.memberId };
    });
  return meant.map((decision) => {
    const found = byId.get(decision.saltoUserId);
    const refusal = refusalOf(decision, found);
    return { decision, found, outcome: outcomeOf(decision, found, refusal) };
  });
}

/** The outcome of a decision that was refused, or is followed. */
export function outcomeOf(
  { saltoUserId, decision }: AdoptionDecision,
  found: FoundPerson | undefined,
  refusal: AdoptionRefusal | null,
): AdoptionOutcome {
  const match = found?.match ?? null;
  return {
    saltoUserId,
    outcome: refusal === null ? (decision === 'adopt' ? 'adopted' : 'left') : 'refused',
    refusal,
    memberId: match?.memberId ?? null,
    isNewLink: refusal === null && decision === 'adopt' && match?.isLinked === false,
    isEntitled: null,
  };
}

function refusalOf({ decision, memberId }: AdoptionDecision, found: FoundPerson | undefined): AdoptionRefusal | null {
  if (found === undefined) return 'not_in_group';
  const { membership, match, obstacle } = found;
  if (obstacle === 'of_another_location') return obstacle;
  if (decision === 'leave') return membership === 'ours' || membership === 'adopted' ? 'membership_is_ours' : null;
  if (membership === 'ours') return 'membership_is_ours';
  if (obstacle !== null) return obstacle;
  return match?.memberId === memberId ? null : 'match_changed';
}
