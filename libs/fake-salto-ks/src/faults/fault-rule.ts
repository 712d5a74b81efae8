import { z } from 'zod';
import { operations } from './operations.ts';

/** What happens instead of, or around, a normal answer. Writes: `lost` = never done, `applied` = done unseen. */
const effectSchema = z.discriminatedUnion('kind', [
  /** This status and body. */
  z.strictObject({ kind: z.literal('answer'), status: z.number().int().min(200).max(599), body: z.unknown() }),
  /** 429; `Retry-After` only when seconds are given, as a number of seconds or as an HTTP date. */
  z.strictObject({
    kind: z.literal('rate_limit'),
    retry_after_seconds: z.number().int().nonnegative().optional(),
    retry_after_as: z.enum(['seconds', 'date']).default('seconds'),
  }),
  /** 503. */
  z.strictObject({
    kind: z.literal('unavailable'),
    retry_after_seconds: z.number().int().nonnegative().optional(),
    retry_after_as: z.enum(['seconds', 'date']).default('seconds'),
  }),
  /** 401, as for a token that has expired. */
  z.strictObject({ kind: z.literal('unauthorized') }),
  /** The token endpoint's refusal of a grant. */
  z.strictObject({ kind: z.literal('invalid_grant') }),
  /** A slow but normal answer. */
  z.strictObject({ kind: z.literal('delay'), delay_ms: z.number().int().nonnegative() }),
  /** Done as ever, but with a body that is cut off, not there, or (for a list) its items without the envelope. */
  z.strictObject({ kind: z.literal('body'), as: z.enum(['malformed', 'empty', 'bare_array']) }),
  /** 200 with an error for a body; seen by a client of Salto's, the code is a guess. */
  z.strictObject({
    kind: z.literal('error_in_success'),
    error_code: z.union([z.number().int(), z.string()]).default(1100),
    write: z.enum(['lost', 'applied']).default('lost'),
  }),
  /** The connection breaks. */
  z.strictObject({ kind: z.literal('reset'), write: z.enum(['lost', 'applied']).default('lost') }),
  /** No answer ever comes. */
  z.strictObject({ kind: z.literal('timeout'), write: z.enum(['lost', 'applied']).default('applied') }),
  /** No answer ever comes, and the write is done later: after a time, or when released. */
  z.strictObject({ kind: z.literal('late_write'), after_ms: z.number().int().nonnegative().optional() }),
]);

const messageEffects: ReadonlySet<string> = new Set(['delay', 'timeout', 'reset']);

/** A rule: which calls, from which one on, how often, for how long, and what happens to them. */
export const faultRuleSchema = z
  .strictObject({
    id: z.string().min(1).optional(),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
    /** A path without query; `*` is one segment or a part of it, `**` anything. */
    path: z.string().startsWith('/').default('/**'),
    /** A call of the identity server or the event hub. `hub_message` is each message of the hub to one listener. */
    operation: z.enum(operations).optional(),
    /** Matching calls that are let through first. */
    skip: z.number().int().nonnegative().default(0),
    /** Matching calls that are hit; without it, all. */
    times: z.number().int().positive().optional(),
    /** The share of the calls after those that is hit, drawn from the setting `seed`. */
    probability: z.number().min(0).max(1).default(1),
    /** How long the rule stands from now; without it, until deleted. */
    for_ms: z.number().int().positive().optional(),
    effect: effectSchema,
  })
  .refine(({ operation, effect }) => operation !== 'hub_message' || messageEffects.has(effect.kind), {
    path: ['effect'],
    message: 'a message of the hub can only be late (delay), lost (timeout), or break the connection (reset)',
  });

/** A rule as one writes it. */
export type FaultRuleInput = z.input<typeof faultRuleSchema>;
export type FaultRule = z.output<typeof faultRuleSchema>;
export type FaultEffect = FaultRule['effect'];
export type FaultKind = FaultEffect['kind'];
