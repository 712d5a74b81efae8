import { connectionState } from '@latchkey/contracts';
import { z } from 'zod';

export const connectionBody = connectionState.extend({ version: z.int().min(1) }).meta({ id: 'Connection' });
export type ConnectionBody = z.infer<typeof connectionBody>;

export const locationParams = z.strictObject({ locationId: z.uuid() });
export type LocationParams = z.infer<typeof locationParams>;

export const newConnection = z
  .strictObject({
    /** The site's UUID; Salto refuses its readable id. */
    siteId: z.uuid(),
    /** Of a Salto account that administers the site, with the scope `offline_access`. It is never answered again. */
    refreshToken: z.string().min(1).max(4_000),
  })
  .meta({ id: 'NewConnection' });
export type NewConnection = z.infer<typeof newConnection>;
