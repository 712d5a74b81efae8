import { bookingEvents, topics, type EventDefinition } from '@latchkey/contracts';
import { z } from 'zod';
import { encodeEvent, type RawRecord } from './cloud-events.ts';
import { EventDispatcher, type EventHandler } from './event-dispatcher.ts';
import { MalformedEvent, PermanentlyRejected, UnknownEventVersion } from './event-errors.ts';
import type { HandledAs, ReceivedEvent } from './event.ts';

const schema = z.object({ id: z.string(), note: z.string() });
const noted: EventDefinition = {
  type: 'billing.booking.changed.v2',
  topic: topics.bookings,
  aggregate: 'booking',
  schema,
};
const context = { topic: topics.bookings, partition: 0, offset: '0', attempt: 1 };

function handler(handle: (event: ReceivedEvent) => Promise<HandledAs>): EventHandler {
  return { definition: noted, handle: ({ event }) => handle(event) };
}

function recordOf(event: Partial<ReceivedEvent>): RawRecord {
  const { key, value, headers } = encodeEvent({
    id: 'e1',
    source: 'urn:test',
    type: noted.type,
    aggregateId: 'b1',
    version: 1,
    occurredAt: 0,
    data: { id: 'b1', note: 'hello' },
    ...event,
  });
  return { key: Buffer.from(key), value: Buffer.from(value), headers };
}

const doNothing = new EventDispatcher([handler(() => Promise.resolve())]);

test('a handler gets the data as its schema reads it, without fields it does not know', async () => {
  const seen: unknown[] = [];
  const dispatcher = new EventDispatcher([handler((event) => Promise.resolve(void seen.push(event.data)))]);
  const data = { id: 'b1', note: 'hello', addedLater: true };
  expect(await dispatcher.dispatch(recordOf({ data }), context)).toMatchObject({ outcome: 'processed' });
  expect(seen).toEqual([{ id: 'b1', note: 'hello' }]);
});

test('what a handler says it did is the outcome', async () => {
  const dispatcher = new EventDispatcher([handler(() => Promise.resolve('stale' as const))]);
  expect((await dispatcher.dispatch(recordOf({}), context)).outcome).toBe('stale');
});

test('a type that nobody handles is skipped, so that producers may add types', async () => {
  expect((await doNothing.dispatch(recordOf({ type: 'billing.booking.archived.v1' }), context)).outcome).toBe(
    'skipped',
  );
});

test.each(['billing.booking.changed.v1', 'billing.booking.changed.v3'])(
  'another major version of a handled type, %s, is refused',
  async (type) => {
    await expect(doNothing.dispatch(recordOf({ type }), context)).rejects.toThrow(UnknownEventVersion);
  },
);

test('data that breaks its schema is malformed, and the error names the place but not the value', async () => {
  const record = recordOf({ data: { id: 'b1', note: 4711 } });
  const refusal = doNothing.dispatch(record, context);
  await expect(refusal).rejects.toThrow(MalformedEvent);
  await expect(refusal).rejects.toThrow(/note: /);
  await expect(refusal).rejects.not.toThrow(/4711/);
});

test('data about another aggregate than the subject is malformed', async () => {
  await expect(doNothing.dispatch(recordOf({ data: { id: 'b2', note: '' } }), context)).rejects.toThrow(MalformedEvent);
});

test('an event whose subject is not its `id` is checked against the member that it names', async () => {
  const definition = { ...noted, subject: 'note' };
  const dispatcher = new EventDispatcher([{ definition, handle: () => Promise.resolve() }]);
  const outcome = async (note: string) => dispatcher.dispatch(recordOf({ data: { id: 'b2', note } }), context);
  expect((await outcome('b1')).outcome).toBe('processed');
  await expect(outcome('b2')).rejects.toThrow(MalformedEvent);
});

test('an error of a handler passes through as it is', async () => {
  const rejected = new PermanentlyRejected('location_unknown', 'no such location');
  const dispatcher = new EventDispatcher([handler(() => Promise.reject(rejected))]);
  await expect(dispatcher.dispatch(recordOf({}), context)).rejects.toBe(rejected);
});

test('two handlers of one type are refused: one would hide the failure of the other', () => {
  expect(() => new EventDispatcher([handler(() => Promise.resolve()), handler(() => Promise.resolve())])).toThrow(
    'billing.booking.changed.v2 has two handlers',
  );
});

test('the topics to read follow from what is handled', () => {
  const { changed, deleted } = bookingEvents;
  const handle = () => Promise.resolve();
  const handlers = [changed as EventDefinition, deleted as EventDefinition].map((definition) => ({
    definition,
    handle,
  }));
  expect(new EventDispatcher(handlers).topics).toEqual(['billing.bookings.v1']);
});
