import { z } from 'zod';
import { linkDecision } from '../access/link.ts';
import { pageOf } from '../billing-api/common.ts';
import { instant } from '../values.ts';

/** A Salto user with a member's e-mail that Latchkey did not make, and what was decided about it. */
export const linkProposalBody = z
  .object({
    memberId: z.uuid(),
    /** As Salto shows the user: for the administrator to recognise. `id` is the platform id; a decision names it. */
    saltoUser: z.object({ id: z.string(), alias: z.string().nullable(), email: z.string().nullable() }),
    foundAt: instant,
    /** Null while nobody has decided. A user that was linked is no longer listed. */
    decision: linkDecision.nullable(),
  })
  .meta({ id: 'LinkProposal' });
export type LinkProposalBody = z.infer<typeof linkProposalBody>;
export const linkProposalPage = pageOf(linkProposalBody, 'LinkProposalPage');

const saltoUserId = z.string().min(1).max(200);

/** About the user that was shown: it may have been replaced by another since. */
export const newLinkDecision = z.strictObject({ saltoUserId, decision: linkDecision }).meta({ id: 'NewLinkDecision' });
export type NewLinkDecision = z.infer<typeof newLinkDecision>;

/** Many at once, as after connecting a site that is in use. */
export const newLinkDecisions = z
  .strictObject({
    decisions: z
      .array(z.strictObject({ memberId: z.uuid(), saltoUserId, decision: linkDecision }))
      .min(1)
      .max(200),
  })
  .meta({ id: 'NewLinkDecisions' });
export type NewLinkDecisions = z.infer<typeof newLinkDecisions>;

/** `not_found`: nothing is proposed for the member any more. `match_changed`: another user than was shown is. */
export const linkDecisionOutcome = z.enum(['decided', 'not_found', 'match_changed']);
export type LinkDecisionOutcome = z.infer<typeof linkDecisionOutcome>;

export const linkDecisionsAnswer = z
  .object({
    decided: z.array(z.object({ memberId: z.uuid(), outcome: linkDecisionOutcome })),
  })
  .meta({ id: 'LinkDecisionsAnswer' });
export type LinkDecisionsAnswer = z.infer<typeof linkDecisionsAnswer>;

const DAYS_MAX = 3_650;

/** What becomes of the Salto users that Latchkey created when their last access at the site has ended. */
export const endPolicyBody = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('suspend') }),
    z.strictObject({ kind: z.literal('keep') }),
    /** Suspended at once, and deleted after so many days. */
    z.strictObject({ kind: z.literal('delete'), days: z.int().min(0).max(DAYS_MAX) }),
  ])
  .meta({ id: 'EndPolicy' });
export type EndPolicyBody = z.infer<typeof endPolicyBody>;

/** A member's Salto user at a site, and what keeps it from being as it should. */
export const saltoUserBody = z
  .object({
    memberId: z.uuid(),
    /** `linked`: it was there before Latchkey, which never changes it. */
    origin: z.enum(['created', 'linked']),
    hasSeat: z.boolean(),
    /** Since when the member has no access at the site; null while it has. */
    idleAt: instant.nullable(),
    failure: z
      .object({
        code: z.string(),
        cause: z.string(),
        attempts: z.int().min(0),
        /** Null where it waits for a person, or for a change. */
        nextAttemptAt: instant.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'SaltoUser' });
export type SaltoUserBody = z.infer<typeof saltoUserBody>;
export const saltoUserPage = pageOf(saltoUserBody, 'SaltoUserPage');
