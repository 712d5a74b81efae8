import { MalformedEvent } from './event-errors.ts';
import type { RawRecord } from './cloud-events.ts';

/** A record of a dead-letter topic, and what is known about why it is there. */
export interface DeadLetter {
  /** Where it stands: the broker's name of the dead-letter topic. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Epoch milliseconds. */
  readonly buriedAt: number;
  /** Undefined where the record cannot say. */
  readonly eventId: string | undefined;
  readonly eventType: string | undefined;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly original: { readonly topic: string; readonly partition: number; readonly offset: string };
  /** The original key, bytes and headers. */
  readonly record: RawRecord;
}

/** A record as it was read, with its place. */
export interface PlacedRecord extends RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Epoch milliseconds, as the broker keeps it. */
  readonly timestamp: string;
}

const PREFIX = 'dlq-';

/** Reads a record of a dead-letter topic. */
export function readDeadLetter(placed: PlacedRecord): DeadLetter {
  const text = (name: string) => headerText(placed, name);
  const headers = Object.entries(placed.headers ?? {});
  return {
    topic: placed.topic,
    partition: placed.partition,
    offset: placed.offset,
    buriedAt: Number(placed.timestamp),
    eventId: text('ce_id'),
    eventType: text('ce_type'),
    code: text(`${PREFIX}error-code`) ?? 'unknown',
    message: text(`${PREFIX}error-message`) ?? '',
    attempts: Number(text(`${PREFIX}attempts`) ?? 1),
    original: {
      topic: text(`${PREFIX}original-topic`) ?? missing('topic'),
      partition: Number(text(`${PREFIX}original-partition`) ?? missing('partition')),
      offset: text(`${PREFIX}original-offset`) ?? missing('offset'),
    },
    record: {
      key: placed.key,
      value: placed.value,
      headers: Object.fromEntries(headers.filter(([name]) => !name.startsWith(PREFIX))),
    },
  };
}

/** For people: the first value of a repeated header, and no care for encodings. */
function headerText({ headers }: RawRecord, name: string): string | undefined {
  const value = headers?.[name];
  return (Array.isArray(value) ? value[0] : value)?.toString();
}

function missing(what: string): never {
  throw new MalformedEvent(`the dead letter does not name its original ${what}`);
}
