import { z } from 'zod';

/** What the second integration does. Changed by `PATCH /_fake/second-integration`. */
export const planSchema = z.strictObject({
  /** Whether it acts by itself. A single step can be asked for in any case. */
  enabled: z.boolean(),
  /** The caller that the call log names. */
  name: z.string().min(1),
  /** The only site that it touches; null for all. */
  site_id: z.uuid().nullable(),
  every_ms: z.number().int().positive(),
  /** Whom it takes out of groups: only the people that it put there, or anyone. */
  removes: z.enum(['own', 'anyone']),
});

export type Plan = z.output<typeof planSchema>;

export const defaultPlan: Plan = {
  enabled: false,
  name: 'second-integration',
  site_id: null,
  every_ms: 5000,
  removes: 'anyone',
};
