import { Writable } from 'node:stream';
import fc from 'fast-check';
import { QueryFailedError } from 'typeorm';
import { startTracing } from '../tracing/start-tracing.ts';
import { currentTraceId, withTraceparent } from '../tracing/trace-context.ts';
import { configureLogging, logger } from './logger.ts';
import { redact } from './redaction.ts';

const CANARY = 'canary0d9f3c';
const jwt = `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ${CANARY}.c2lnbmF0dXJl${CANARY}`;

let lines: Record<string, unknown>[] = [];
let raw = '';
const destination = new Writable({
  write(chunk: Buffer, _encoding, done) {
    raw += chunk.toString();
    lines = raw
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    done();
  },
});
const early = logger('early');
beforeEach(() => {
  raw = '';
  lines = [];
  configureLogging({ service: 'test', level: 'info', format: 'json', destination });
});
afterAll(() => configureLogging({ service: 'test', level: 'silent', format: 'json' }));

describe('a log line', () => {
  test('says when, how grave, which service, who and what, also of loggers made before the configuration', () => {
    early.info({ bookingId: 'b-1' }, 'booking moved');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.any(String) as string,
        service: 'test',
        logger: 'early',
        bookingId: 'b-1',
        msg: 'booking moved',
      },
    ]);
    expect(new Date(lines[0]?.['time'] as string).getTime()).toBeGreaterThan(0);
  });

  test('is not written below the level', () => {
    early.debug({}, 'detail');
    expect(raw).toBe('');
  });

  test('carries the trace that it belongs to', async () => {
    await startTracing('test', undefined);
    let traceId: string | undefined;
    await withTraceparent(undefined, 'work', () => {
      traceId = currentTraceId();
      early.info({}, 'in a trace');
      return Promise.resolve();
    });
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(lines[0]).toMatchObject({ traceId });
  });
});

describe('secrets and e-mails do not reach the log', () => {
  const places: [string, () => void][] = [
    ['a header', () => early.info({ request: { headers: { authorization: `Bearer ${CANARY}123` } } }, 'x')],
    ['cookies', () => early.info({ headers: { 'set-cookie': [`session=${CANARY}`, `b=${CANARY}`] } }, 'x')],
    ['a deep member', () => early.info({ a: { b: [{ c: { refreshToken: CANARY } }] } }, 'x')],
    ['a member with quotes in it', () => early.info({ client_secret: `a"${CANARY}\\"b` }, 'x')],
    ['a message', () => early.info({}, `sent Bearer ${CANARY}abcdef to it`)],
    ['a JWT anywhere', () => early.info({ note: `token was ${jwt}` }, jwt)],
    ['an e-mail anywhere', () => early.info({ note: `to ${CANARY}@mail.example.com` }, `${CANARY}.x+y@example.org`)],
    ['the password of an address', () => early.info({ url: `postgres://app:${CANARY}@127.0.0.1:5432/db` }, 'x')],
    ['a query of an address', () => early.info({ url: `/callback?code=${CANARY}&state=${CANARY}` }, 'x')],
    ['a stack', () => early.error({ error: new Error(`refused "Bearer ${CANARY}xyz"`) }, 'x')],
    ['a cause', () => early.error({ error: new Error('outer', { cause: new Error(`mail ${CANARY}@x.test`) }) }, 'x')],
    [
      'a query’s parameters',
      () => early.error({ error: new QueryFailedError('INSERT', [CANARY], new Error('duplicate')) }, 'x'),
    ],
  ];
  test.each(places)('%s', (_place, write) => {
    write();
    expect(raw).not.toBe('');
    expect(raw).not.toContain(CANARY);
    expect(() => lines.length).not.toThrow();
  });

  test('and what is none stays readable', () => {
    early.info({ emailVerified: true, tokens: 3, at: '2026-03-29T01:30:00Z' }, 'pino@10.4.0 said hello');
    expect(lines[0]).toMatchObject({ emailVerified: true, tokens: 3, msg: 'pino@10.4.0 said hello' });
  });

  test('in a long line either, and without taking long', () => {
    const startedAt = performance.now();
    const line = redact(JSON.stringify({ a: 'token'.repeat(100_000), b: 'a'.repeat(500_000), email: CANARY }));
    expect(line).not.toContain(CANARY);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('whatever is logged, the line stays JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.string(), (value, key, text) => {
        const texts = [`?code=${text}`, `//a:${text}@b`, `Bearer ${text}`, `${text}@x.test`, JSON.stringify(value)];
        const line = JSON.stringify({ [`${key}Token`]: value, value, texts, nested: JSON.stringify(texts) });
        expect(() => JSON.parse(redact(line)) as unknown).not.toThrow();
      }),
    );
  });
});
