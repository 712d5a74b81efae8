import { z } from 'zod';

/** Salto's ids are opaque; none has a character that cannot be printed. */
const opaqueId = z
  .string()
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'no id');

export const groupParams = z.strictObject({ locationId: z.uuid(), groupId: opaqueId });
export type GroupParams = z.infer<typeof groupParams>;
