import { subjectOf, type EventDefinition } from '@latchkey/contracts';
import { withLogFields } from '../logging/log-scope.ts';
import { logger } from '../logging/logger.ts';
import { withTraceparent } from '../tracing/trace-context.ts';
import { decodeEvent, type RawRecord } from './cloud-events.ts';
import { MalformedEvent, UnknownEventVersion } from './event-errors.ts';
import type { EventContext, HandledAs, ReceivedEvent } from './event.ts';

const log = logger('events');

/** A definition and who handles its events. */
export interface EventHandler {
  readonly definition: EventDefinition;
  handle(received: { event: ReceivedEvent; context: EventContext }): Promise<HandledAs>;
}

export type DispatchOutcome = 'processed' | 'duplicate' | 'stale' | 'skipped';

/** What became of a record. The data of a skipped event is not checked. */
export interface Dispatched {
  readonly outcome: DispatchOutcome;
  readonly event: ReceivedEvent;
}

/** Finds the handler of a record's event type, checks the data against its schema, and runs it in the event's trace. */
export class EventDispatcher {
  readonly #handlers = new Map<string, EventHandler>();

  constructor(handlers: Iterable<EventHandler>) {
    for (const handler of handlers) {
      const { type } = handler.definition;
      if (this.#handlers.has(type)) throw new Error(`Event type ${type} has two handlers`);
      this.#handlers.set(type, handler);
    }
  }

  /** The topics, without prefix, that carry what is handled here. */
  get topics(): string[] {
    return [...new Set([...this.#handlers.values()].map(({ definition }) => definition.topic))];
  }

  handles(type: string): boolean {
    return this.#handlers.has(type);
  }

  /**
   * @throws MalformedEvent, UnknownEventVersion, and whatever the handler throws
   */
  async dispatch(record: RawRecord, context: EventContext): Promise<Dispatched> {
    const envelope = decodeEvent(record);
    const handler = this.#handlers.get(envelope.type);
    if (handler === undefined) {
      this.#refuseOtherVersion(envelope.type);
      return { outcome: 'skipped', event: envelope };
    }
    const event = { ...envelope, data: checkedData(handler.definition, envelope) };
    const outcome = await withTraceparent(event.traceparent, `handle ${event.type}`, () =>
      withLogFields({ eventId: event.id, eventType: event.type }, async () => {
        const handledAs = (await handler.handle({ event, context })) ?? 'processed';
        // The line by which a trace is followed into this service.
        log.info(
          { aggregateId: event.aggregateId, version: event.version, outcome: handledAs },
          'an event was handled',
        );
        return handledAs;
      }),
    );
    return { outcome, event };
  }

  /** A new type may be ignored, but a new version of a type that matters here must not pass unseen. */
  #refuseOtherVersion(type: string): void {
    const name = withoutVersion(type);
    const known = [...this.#handlers.keys()].find((handled) => withoutVersion(handled) === name);
    if (known !== undefined) throw new UnknownEventVersion(`${type} is not the version handled here, ${known}`);
  }
}

function checkedData(definition: EventDefinition, { data, aggregateId }: ReceivedEvent): unknown {
  const parsed = definition.schema.safeParse(data);
  if (!parsed.success) {
    // Paths and expectations only: zod's messages do not quote the values.
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`);
    throw new MalformedEvent(`the data breaks its schema: ${issues.join('; ')}`);
  }
  if (subjectOf(definition, parsed.data) !== aggregateId)
    throw new MalformedEvent("the data's id is not the ce_subject");
  return parsed.data;
}

/** `billing.booking.changed.v1` → `billing.booking.changed` */
function withoutVersion(type: string): string {
  return type.replace(/\.v\d+$/, '');
}
