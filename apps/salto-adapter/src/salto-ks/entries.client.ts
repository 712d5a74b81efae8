import { z } from 'zod';
import { pagesOf } from './list.ts';
import type { Sender } from './call.ts';

/** What events and PostgreSQL can hold: a line with another id is left out, and holds up nobody else's. */
const id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/);

/** Naive in some answers, though it is UTC as its name says. Epoch ms. */
const utcInstant = z
  .string()
  .transform((text) => Date.parse(/(Z|[+-]\d\d:\d\d)$/i.test(text) ? text : `${text}Z`))
  .pipe(z.number());

/**
 * A line of a site's log of doors. `user_id` is the platform id; of an alias we only keep that there is one, since it is a
 * name.
 */
export const entryAnswer = z.object({
  id,
  event_category: z.string(),
  event_detail: z.string().nullish(),
  utc_date_time: utcInstant,
  lock_id: id,
  user_id: id.or(z.literal('')).nullish(),
  user_alias: z.unknown().transform((alias) => typeof alias === 'string' && alias !== ''),
  access_by: z.string().nullish(),
});
export type EntryAnswer = z.infer<typeof entryAnswer>;

const subscriptionAnswer = z.object({ features: z.array(z.string()).default([]) });

/** Salto sells its event hub by this feature of a site's subscription. */
const HUB = 'events_streaming';

/** What happened at the doors of a site. Every method throws SaltoKsError. */
export class EntriesClient {
  readonly #send: Sender;
  readonly #apiUrl: string;
  readonly #siteId: string;

  constructor(send: Sender, apiUrl: string, siteId: string) {
    this.#send = send;
    this.#apiUrl = apiUrl;
    this.#siteId = encodeURIComponent(siteId);
  }

  /**
   * The entries at and after an instant, the oldest first, page by page. Null stands for one that cannot be read. v1.2
   * has no entries. That `$filter` takes the instant is a guess: `$top` and `$orderby` alone were measured.
   * @param since epoch ms
   */
  pages(since: number): AsyncGenerator<(EntryAnswer | null)[]> {
    const filter = encodeURIComponent(`utc_date_time ge ${new Date(since).toISOString()}`);
    const url = `${this.#apiUrl}/v1.1/sites/${this.#siteId}/entries?$filter=${filter}&$orderby=utc_date_time`;
    return pagesOf(this.#send, this.#apiUrl, {
      operation: 'read entries',
      url,
      item: entryAnswer.nullable().catch(null),
    });
  }

  /** Whether the site has an event hub. */
  async haveHub(): Promise<boolean> {
    const url = `${this.#apiUrl}/v1.2/sites/${this.#siteId}/subscription`;
    const subscription = { operation: 'read site features', method: 'GET', url, answer: subscriptionAnswer } as const;
    return (await this.#send(subscription)).features.includes(HUB);
  }
}
