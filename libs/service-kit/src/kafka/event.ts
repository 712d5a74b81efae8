import type { EventData } from '@latchkey/contracts';

/** An event as a handler sees it: CloudEvents' attributes under the glossary's names, and its data. */
export interface ReceivedEvent<Data = unknown> {
  /** CloudEvents `id`, unique within `source`. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** CloudEvents `subject`, and the record's key. */
  readonly aggregateId: string;
  /** The aggregate's version after the change: 1 for the first. */
  readonly version: number;
  /** CloudEvents `time`, epoch milliseconds. */
  readonly occurredAt: number;
  /** W3C trace context of the request that began it. */
  readonly traceparent?: string;
  readonly data: Data;
}

/** Where a received event stood, and the how-manieth attempt this is (1 for the first). */
export interface EventContext {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly attempt: number;
}

/** What a handler is given: `Received<typeof bookingEvents.changed>`. */
export interface Received<Definition> {
  readonly event: ReceivedEvent<EventData<Definition>>;
  readonly context: EventContext;
}

/** What a handler may say it did; nothing means that it processed the event. */
export type HandledAs = 'duplicate' | 'stale' | void;
