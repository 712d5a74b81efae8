import { z } from 'zod';
import { instant } from '../values.ts';

/**
 * Whose somebody's membership in a group is: `ours`, Latchkey made it; `adopted`, somebody else did and an administrator
 * had Latchkey take charge of it; `foreign`, somebody else's and undecided; `left`, somebody else's on purpose.
 */
export const groupMembership = z.enum(['ours', 'adopted', 'foreign', 'left']);
export type GroupMembership = z.infer<typeof groupMembership>;

/** Why somebody in a group cannot be adopted as it is. */
export const adoptionObstacle = z.enum([
  /** The group names somebody whom the site does not: mostly deleted just now. */
  'user_unknown',
  /** Salto shows no roles: the user is new, look again in a minute. */
  'role_unknown',
  /** A person's whom another location at the site knows and this one does not: it is decided about there. */
  'of_another_location',
  /** The user may administer the site, and is never adopted. */
  'role_above_user',
  'no_email',
  /** Nobody of the location has this e-mail in billing. */
  'no_person_with_this_email',
  /** The person with this e-mail has not proved to own it. */
  'email_not_verified',
  /** The person with this e-mail has another Salto user at the site. */
  'member_has_another_user',
  /** An administrator has said that the user is not this member's. */
  'link_refused',
]);
export type AdoptionObstacle = z.infer<typeof adoptionObstacle>;

/** Somebody in an access group, as Salto KS shows it: names and e-mails are for administrators' eyes. */
export const groupPerson = z.object({
  /** The platform id, as groups and entries have it. */
  saltoUserId: z.string(),
  /** Null, as the e-mail, where Salto shows none, and of another location's people. */
  alias: z.string().nullable(),
  email: z.string().nullable(),
  roles: z.array(z.string()),
  /** `subscribed`, or `suspended` where the user has no seat. */
  subscriptionState: z.string().nullable(),
  isBlocked: z.boolean(),
  /** When locks stop to let the user in, whatever its groups; null for never. */
  expiresAt: instant.nullable(),
  membership: groupMembership,
  /** Whose user it is: by its link, or else by a verified e-mail. */
  match: z.object({ memberId: z.uuid(), isLinked: z.boolean() }).nullable(),
  /** Why it cannot be adopted; null where it can. */
  obstacle: adoptionObstacle.nullable(),
});
export type GroupPerson = z.infer<typeof groupPerson>;

export const groupPeople = z.object({ items: z.array(groupPerson) }).meta({ id: 'GroupPeople' });
export type GroupPeople = z.infer<typeof groupPeople>;

export const adoptionChoice = z.enum(['adopt', 'leave']);
export type AdoptionChoice = z.infer<typeof adoptionChoice>;

/** About somebody who was shown. To adopt names the member too: another match meanwhile is refused. */
export const adoptionDecision = z
  .strictObject({
    saltoUserId: z.string().min(1).max(200),
    decision: adoptionChoice,
    memberId: z.uuid().toLowerCase().optional(),
  })
  .refine(({ decision, memberId }) => decision === 'leave' || memberId !== undefined, {
    path: ['memberId'],
    message: 'whose user it is, as it was shown',
  });
export type AdoptionDecision = z.infer<typeof adoptionDecision>;

/** Decides about people in a group: those who are named, or everybody about whom nothing is decided yet. */
export const adoptionRequest = z
  .strictObject({
    decisions: z
      .array(adoptionDecision)
      .min(1)
      .max(500)
      .refine((all) => new Set(all.map(({ saltoUserId }) => saltoUserId)).size === all.length, 'names somebody twice')
      .optional(),
    all: adoptionChoice.optional(),
    /** Only tells what would become of each. */
    dryRun: z.boolean().default(false),
  })
  .refine(({ decisions, all }) => (decisions === undefined) !== (all === undefined), 'either decisions or all')
  .meta({ id: 'AdoptionRequest' });
export type AdoptionRequest = z.infer<typeof adoptionRequest>;

/** Why a decision about somebody was not followed. */
export const adoptionRefusal = z.enum([
  ...adoptionObstacle.options,
  'not_in_group',
  /** Another member than was shown, or none. */
  'match_changed',
  /** The membership is Latchkey's already: there is nothing to decide. */
  'membership_is_ours',
  /** Its Salto user was linked to another member meanwhile. */
  'linked_to_another_member',
  /** Something else is being done for the member, or was too long about it: decide again. */
  'pair_busy',
]);
export type AdoptionRefusal = z.infer<typeof adoptionRefusal>;

/** What became of a decision, or would. */
export const adoptionOutcome = z.object({
  saltoUserId: z.string(),
  outcome: z.enum(['adopted', 'left', 'refused']),
  refusal: adoptionRefusal.nullable(),
  memberId: z.uuid().nullable(),
  /** Whether the user becomes the member's by this. */
  isNewLink: z.boolean(),
  /**
   * Of a preview: whether something entitles the member to the group now. Who is adopted and not entitled is removed by
   * the next check of the site, or held by it for a decision where these are many. Null where nothing was asked.
   */
  isEntitled: z.boolean().nullable(),
});
export type AdoptionOutcome = z.infer<typeof adoptionOutcome>;

export const adoptionAnswer = z
  .object({ isDryRun: z.boolean(), items: z.array(adoptionOutcome) })
  .meta({ id: 'AdoptionAnswer' });
export type AdoptionAnswer = z.infer<typeof adoptionAnswer>;
