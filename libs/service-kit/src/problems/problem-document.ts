import { z } from 'zod';

/** What every refusal looks like (RFC 9457), for documents and for clients. */
export const problemDocument = z.looseObject({
  type: z.string().describe('urn:latchkey:problem:<code>'),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional().describe('What happened'),
  code: z.string().describe('Stable; what programs branch on'),
  remedy: z.string().optional().describe('What to do about it'),
  traceId: z.string().optional().describe('Tell it to the operator: it finds every log line of this request'),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('One entry per field, for validation_failed'),
});
