import { z } from 'zod';
import { listAll } from './list.ts';
import type { Sender } from './call.ts';

const accessGroupAnswer = z.object({ id: z.string().min(1), customer_reference: z.string().nullish() });
export type AccessGroupAnswer = z.infer<typeof accessGroupAnswer>;

const lockAnswer = z.object({ id: z.string().min(1) });

const day = z.boolean().nullish().transform(Boolean);

/** When a group opens: on these days, daily from–to, within dates; naive local time of the site, enforced by its IQ. */
const timeScheduleAnswer = z.object({
  monday: day,
  tuesday: day,
  wednesday: day,
  thursday: day,
  friday: day,
  saturday: day,
  sunday: day,
  /** HH:MM:SS; an end includes its whole minute. */
  start_time: z.string(),
  end_time: z.string(),
  /** YYYY-MM-DDTHH:MM:SS, or no limit. */
  start_date: z.string().nullish(),
  end_date: z.string().nullish(),
});
export type TimeScheduleAnswer = z.infer<typeof timeScheduleAnswer>;

/** The access groups of a site, as such. Every method throws SaltoKsError. */
export class AccessGroupsClient {
  readonly #send: Sender;
  readonly #apiUrl: string;
  readonly #siteId: string;

  constructor(send: Sender, apiUrl: string, siteId: string) {
    this.#send = send;
    this.#apiUrl = apiUrl;
    this.#siteId = encodeURIComponent(siteId);
  }

  list(): Promise<AccessGroupAnswer[]> {
    const url = this.#groups('v1.2');
    return listAll(this.#send, this.#apiUrl, { operation: 'list groups', url, item: accessGroupAnswer });
  }

  get(groupId: string): Promise<AccessGroupAnswer> {
    const url = `${this.#groups('v1.2')}/${encodeURIComponent(groupId)}`;
    const answer = accessGroupAnswer;
    return this.#send({ operation: 'read group', method: 'GET', url, answer, notFound: 'group_missing' });
  }

  /** The locks that it opens. */
  locks(groupId: string): Promise<{ id: string }[]> {
    return this.#ofGroup('read group locks', 'v1.2', groupId, 'locks', lockAnswer);
  }

  /** Time schedules exist in v1.1 alone. */
  timeSchedules(groupId: string): Promise<TimeScheduleAnswer[]> {
    return this.#ofGroup('read group schedules', 'v1.1', groupId, 'time_schedules', timeScheduleAnswer);
  }

  #ofGroup<Item extends z.ZodType>(operation: string, version: string, groupId: string, what: string, item: Item) {
    const url = `${this.#groups(version)}/${encodeURIComponent(groupId)}/${what}`;
    return listAll(this.#send, this.#apiUrl, { operation, url, item, notFound: 'group_missing' });
  }

  #groups(version: string): string {
    return `${this.#apiUrl}/${version}/sites/${this.#siteId}/access_groups`;
  }
}
