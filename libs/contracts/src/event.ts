import { z } from 'zod';
import type { TopicName } from './topics.ts';

/** One kind of event: its CloudEvents `type`, the topic that carries it, and the schema of its `data`. */
export interface EventDefinition<Data = unknown> {
  readonly type: string;
  readonly topic: TopicName;
  readonly aggregate: AggregateName;
  readonly schema: z.ZodType<Data>;
  /** The member of `data` that holds the subject's id, which is also the record's key; `id` unless told. */
  readonly subject?: string;
}

/** The `data` of an event of this definition. */
export type EventData<Definition> = Definition extends EventDefinition<infer Data> ? Data : never;

/** What has a life of its own, an id, and a version that rises by one with each change. */
export type AggregateName =
  | 'location'
  | 'plan'
  | 'resource'
  | 'person'
  | 'company'
  | 'subscription'
  | 'booking'
  | 'grant'
  | 'connection'
  | 'door_log'
  | 'link';

/**
 * The id that an event is about.
 * @throws Error where the data has none, which its schema should not allow
 */
export function subjectOf({ type, subject = 'id' }: Pick<EventDefinition, 'type' | 'subject'>, data: unknown): string {
  const id = (data as Readonly<Record<string, unknown>>)[subject];
  if (typeof id !== 'string') throw new Error(`${type} has no ${subject}`);
  return id;
}

/** The last word about an aggregate: only id and version outlive it. */
export const deletedState = z.object({ id: z.uuid(), deletedAt: z.iso.datetime() });

/**
 * The two events of an aggregate. `changed` carries its whole present state, so that any consumer may join late,
 * skip and repeat; `deleted` carries the id alone.
 */
export function defineAggregate<State extends { id: string }>(
  context: 'billing' | 'access',
  aggregate: AggregateName,
  topic: TopicName,
  state: z.ZodType<State>,
): { changed: EventDefinition<State>; deleted: EventDefinition<z.infer<typeof deletedState>> } {
  return {
    changed: { type: `${context}.${aggregate}.changed.v1`, topic, aggregate, schema: state },
    deleted: { type: `${context}.${aggregate}.deleted.v1`, topic, aggregate, schema: deletedState },
  };
}
