import { MalformedEvent, UnknownEventVersion } from './event-errors.ts';
import type { ReceivedEvent } from './event.ts';

/** A Kafka record that carries one event. */
export interface EventRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record as the broker gives it; a header that occurs twice is a list. */
export interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

const jsonType = /^application\/json(?:\s*;\s*charset=utf-8)?$/i;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const w3cTraceparent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Writes an event as a record of the CloudEvents 1.0 Kafka binding, binary mode (kafka-protocol-binding.md §3.2).
 * `traceparent` goes out twice: as the transport's header, which tools on the way may replace, and as the CloudEvents
 * extension, which stays the trace that began it.
 */
export function encodeEvent(event: ReceivedEvent): EventRecord {
  return {
    key: event.aggregateId,
    value: JSON.stringify(event.data),
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: event.source,
      ce_type: event.type,
      ce_subject: event.aggregateId,
      ce_time: new Date(event.occurredAt).toISOString(),
      ce_aggregateversion: String(event.version),
      ...(event.traceparent && { ce_traceparent: event.traceparent, traceparent: event.traceparent }),
      'content-type': 'application/json',
    },
  };
}

/**
 * Reads a record strictly; its data is parsed JSON, not yet checked against a schema.
 * @throws MalformedEvent where the envelope or the encoding breaks the contract
 * @throws UnknownEventVersion for a CloudEvents version other than 1.0
 */
export function decodeEvent(record: RawRecord): ReceivedEvent {
  const specVersion = requiredHeader(record, 'ce_specversion');
  if (specVersion !== '1.0') throw new UnknownEventVersion(`CloudEvents version ${specVersion} is not 1.0`);
  const contentType = requiredHeader(record, 'content-type');
  if (!jsonType.test(contentType)) throw new MalformedEvent(`content-type ${contentType} is not application/json`);
  const aggregateId = requiredHeader(record, 'ce_subject');
  if (record.key === null || utf8(record.key, 'key') !== aggregateId) {
    // The key decides the partition: another key would break the order of the aggregate's events.
    throw new MalformedEvent('the key is not the ce_subject');
  }
  const traceparent = header(record, 'ce_traceparent');
  return {
    id: requiredHeader(record, 'ce_id'),
    source: requiredHeader(record, 'ce_source'),
    type: requiredHeader(record, 'ce_type'),
    aggregateId,
    version: aggregateVersion(requiredHeader(record, 'ce_aggregateversion')),
    occurredAt: instant(requiredHeader(record, 'ce_time')),
    // A broken trace must not cost the event.
    ...(traceparent && w3cTraceparent.test(traceparent) && { traceparent }),
    data: json(record.value),
  };
}

/** The event type of any record, for logs and metrics; undefined where it cannot be read. */
export function eventTypeOf(record: RawRecord): string | undefined {
  try {
    return header(record, 'ce_type');
  } catch {
    return undefined;
  }
}

function header(record: RawRecord, name: string): string | undefined {
  const value = record.headers?.[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw new MalformedEvent(`header ${name} occurs more than once`);
  return typeof value === 'string' ? value : utf8(value, `header ${name}`);
}

function requiredHeader(record: RawRecord, name: string): string {
  const value = header(record, name);
  if (!value) throw new MalformedEvent(`header ${name} is missing`);
  return value;
}

function aggregateVersion(text: string): number {
  const version = Number(text);
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(version)) {
    throw new MalformedEvent('ce_aggregateversion is not a positive integer');
  }
  return version;
}

function instant(text: string): number {
  const epochMs = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(epochMs)) throw new MalformedEvent('ce_time is not an RFC 3339 timestamp');
  return epochMs;
}

function json(value: Buffer | null): unknown {
  if (value === null) throw new MalformedEvent('the record has no value');
  const text = utf8(value, 'value');
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause: V8 quotes the text, which is not ours to copy into logs.
    throw new MalformedEvent('the value is not JSON');
  }
}

function utf8(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new MalformedEvent(`the ${what} is not UTF-8`);
  }
}
