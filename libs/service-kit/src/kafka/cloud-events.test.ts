import { Kafka as CloudEventsKafka, type CloudEventV1, type KafkaMessage } from 'cloudevents';
import fc from 'fast-check';
import { decodeEvent, encodeEvent, eventTypeOf, type EventRecord, type RawRecord } from './cloud-events.ts';
import { MalformedEvent, UnknownEventVersion } from './event-errors.ts';
import type { ReceivedEvent } from './event.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1 });
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const traceparent = fc.tuple(hex(32), hex(16)).map(([trace, span]) => `00-${trace}-${span}-01`);
const anyEvent: fc.Arbitrary<ReceivedEvent> = fc
  .record(
    {
      id: text,
      source: text,
      type: text,
      aggregateId: text,
      version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      occurredAt: fc.integer({ min: 0, max: Date.UTC(9999, 0, 1) }),
      traceparent,
      data: fc.jsonValue(),
    },
    { requiredKeys: ['id', 'source', 'type', 'aggregateId', 'version', 'occurredAt', 'data'] },
  )
  // JSON has one zero only.
  .map((event) => ({ ...event, data: JSON.parse(JSON.stringify(event.data)) as unknown }));

const example: ReceivedEvent = {
  id: '0190b1c2-0000-7000-8000-000000000001',
  source: 'urn:latchkey:billing-gateway',
  type: 'billing.booking.changed.v1',
  aggregateId: '0190b1c2-0000-7000-8000-00000000000b',
  version: 3,
  occurredAt: Date.UTC(2026, 2, 29, 11, 30),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: { id: '0190b1c2-0000-7000-8000-00000000000b', title: 'Grüße' },
};

function asRead({ key, value, headers }: EventRecord): RawRecord {
  const bytes = Object.entries(headers).map(([name, header]) => [name, Buffer.from(header)] as const);
  return { key: Buffer.from(key), value: Buffer.from(value), headers: Object.fromEntries(bytes) };
}

function withHeader(name: string, value: Buffer | string | string[] | undefined): RawRecord {
  const record = asRead(encodeEvent(example));
  return { ...record, headers: { ...record.headers, [name]: value } };
}

test('an event is read as it was written, whatever it holds', () => {
  fc.assert(fc.property(anyEvent, (event) => expect(decodeEvent(asRead(encodeEvent(event)))).toEqual(event)));
});

test('the CloudEvents SDK reads the same event from our record', () => {
  const { key, value, headers } = encodeEvent(example);
  const sdkMessage: KafkaMessage = { key, value, headers: { ...headers }, body: value, timestamp: '0' };
  const read = CloudEventsKafka.toEvent<unknown>(sdkMessage) as CloudEventV1<unknown>;
  expect(read).toMatchObject({
    specversion: '1.0',
    id: example.id,
    source: example.source,
    type: example.type,
    subject: example.aggregateId,
    time: '2026-03-29T11:30:00.000Z',
    datacontenttype: 'application/json',
    aggregateversion: '3',
    traceparent: example.traceparent,
    data: example.data,
  });
});

test('the starting trace goes out as an attribute and as the header that tools follow', () => {
  const { headers } = encodeEvent(example);
  expect([headers['ce_traceparent'], headers['traceparent']]).toEqual([example.traceparent, example.traceparent]);
});

test('an attribute of a later tracer, broken as it may be, does not cost the event', () => {
  expect(decodeEvent(withHeader('ce_traceparent', 'nonsense'))).not.toHaveProperty('traceparent');
});

test.each([
  ['no id', withHeader('ce_id', undefined)],
  ['an empty source', withHeader('ce_source', '')],
  ['a header twice', withHeader('ce_id', ['one', 'two'])],
  ['a version that is no number', withHeader('ce_aggregateversion', '3a')],
  ['a version of zero', withHeader('ce_aggregateversion', '0')],
  ['a version that is not exact', withHeader('ce_aggregateversion', '9007199254740993')],
  ['a time without a zone', withHeader('ce_time', '2026-03-29T11:30:00')],
  ['a time that is none', withHeader('ce_time', '2026-13-29T11:30:00Z')],
  ['another content type', withHeader('content-type', 'application/cloudevents+json')],
  ['a header that is not UTF-8', withHeader('ce_id', Buffer.from([0xff, 0xfe]))],
  ['a key other than its subject', withHeader('ce_subject', 'another')],
  ['no key', { ...asRead(encodeEvent(example)), key: null }],
  ['no value', { ...asRead(encodeEvent(example)), value: null }],
  ['a value that is not JSON', { ...asRead(encodeEvent(example)), value: Buffer.from('{"a":') }],
  ['a value that is not UTF-8', { ...asRead(encodeEvent(example)), value: Buffer.from([0x22, 0xff, 0x22]) }],
  ['no headers at all', { key: Buffer.from('a'), value: Buffer.from('{}') }],
])('a record with %s is malformed', (_, record: RawRecord) => {
  expect(() => decodeEvent(record)).toThrow(MalformedEvent);
});

test('another version of CloudEvents is not guessed at', () => {
  expect(() => decodeEvent(withHeader('ce_specversion', '2.0'))).toThrow(UnknownEventVersion);
});

test('the error about a broken value does not quote it', () => {
  const record = { ...asRead(encodeEvent(example)), value: Buffer.from('ada@example.org') };
  expect(() => decodeEvent(record)).toThrow(/^the value is not JSON$/);
});

test('bytes that are nothing are malformed, never another error', () => {
  const bytes = fc.uint8Array().map((array) => Buffer.from(array));
  const headers = fc.dictionary(fc.constantFrom(...Object.keys(encodeEvent(example).headers)), bytes);
  fc.assert(
    fc.property(bytes, bytes, headers, (key, value, some) => {
      const record = asRead(encodeEvent(example));
      const broken = { key, value, headers: { ...record.headers, ...some } };
      try {
        decodeEvent(broken);
      } catch (error) {
        if (!(error instanceof MalformedEvent || error instanceof UnknownEventVersion)) throw error;
      }
      expect(() => eventTypeOf(broken)).not.toThrow();
    }),
  );
});
