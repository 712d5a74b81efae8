import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { eventually } from '@latchkey/test-kit';
import { z } from 'zod';
import { Public } from '../auth/access-rule.ts';
import { NotIdempotent } from '../idempotency/transaction.decorator.ts';
import { Problem } from '../problems/problem.ts';
import { conflict, notFound } from '../problems/refusals.ts';
import { silentConfig } from '../testing/silent-config.ts';
import { Answers } from './answers.decorator.ts';
import { createService, type Service } from './service.ts';

const doorBody = z.strictObject({ name: z.string().min(1), locks: z.array(z.object({ id: z.int() })).default([]) });
const door = z.object({ id: z.string(), name: z.string(), version: z.int() }).meta({ id: 'Door' });

@Public()
@Controller('doors')
class DoorsController {
  @Get(':id')
  @Answers(200, door, 'A door')
  read(@Param('id') id: string): z.output<typeof door> {
    if (id === 'broken') throw new Error('SELECT secret FROM vault failed');
    if (id === 'taken') throw conflict('door_taken', 'Somebody has it.', 'Take another.', { by: 'ana' });
    if (id === 'late') throw Object.assign(new Error('canceling statement'), { driverError: { code: '57014' } });
    if (id === 'clash')
      throw Object.assign(new Error('no'), { driverError: { code: '23P01', constraint: 'door_once' } });
    if (id === 'down') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    if (id !== 'front') throw notFound('door', id);
    return { id, name: 'Front', version: 3 };
  }

  @Post()
  @NotIdempotent('nothing is stored')
  @Answers(201, door)
  create(@Body({ schema: doorBody }) body: z.output<typeof doorBody>): z.output<typeof doorBody> {
    return body;
  }
}

@Module({ controllers: [DoorsController] })
class DoorsModule {}

let service: Service;
let address: string;
beforeAll(async () => {
  service = await createService({
    name: 'doors',
    module: DoorsModule,
    config: silentConfig,
    docs: { title: 'Doors', description: 'Doors for tests', version: '1' },
    constraints: { door_once: () => conflict('door_once', 'Only one door there.') },
  });
  address = await service.start();
});
afterAll(() => service.stop());

async function ask(path: string, init?: RequestInit) {
  const response = await fetch(`${address}${path}`, init);
  const text = await response.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : text) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body, text };
}
const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  ask('/doors', { method: 'POST', body, headers });

describe('answers', () => {
  test('carry the version as ETag and continue the trace of the caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { status, headers, body } = await ask('/doors/front', { headers: { traceparent } });
    expect({ status, body }).toEqual({ status: 200, body: { id: 'front', name: 'Front', version: 3 } });
    expect(headers.get('etag')).toBe('"3"');
    expect(headers.get('traceparent')).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('begin a trace where the caller has none', async () => {
    const { headers } = await ask('/doors/front');
    expect(headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  });

  test('are parsed bodies, defaults included', async () => {
    expect((await post('{"name":"Back"}')).body).toEqual({ name: 'Back', locks: [] });
  });
});

describe('every refusal is a problem document', () => {
  test.each([
    ['/doors/nowhere', 404, 'door_not_found'],
    ['/nothing', 404, 'route_not_found'],
    ['/doors/taken', 409, 'door_taken'],
    ['/doors/clash', 409, 'door_once'],
    ['/doors/late', 503, 'database_slow'],
    ['/doors/down', 503, 'database_unavailable'],
    ['/doors/broken', 500, 'internal_error'],
    ['/doors/%E0%A4%A', 400, 'bad_request'],
  ])('GET %s answers %i %s', async (path, status, code) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ type: `urn:latchkey:problem:${code}`, code, status });
    expect(answer.body['traceId']).toMatch(/^[0-9a-f]{32}$/);
    if (status === 503) expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  test('and one of a broken service tells nothing of its inside', async () => {
    expect((await ask('/doors/broken')).text).not.toMatch(/secret|SELECT/);
  });

  test('validation names each field', async () => {
    const { status, body } = await post('{"name":"","locks":[{"id":1},{"id":"x"}],"extra":1}');
    expect(status).toBe(400);
    expect(body['code']).toBe('validation_failed');
    const paths = (body['errors'] as { path: string }[]).map(({ path }) => path).sort();
    expect(paths).toEqual(['', 'locks.1.id', 'name']);
  });

  test.each([
    ['a body that is not JSON', '{"name":', 'application/json', 400, 'body_not_json'],
    ['a body of another type', 'name=x', 'application/x-www-form-urlencoded', 415, 'media_type_unsupported'],
    ['a body in another charset', '{}', 'application/json; charset=latin9', 415, 'media_type_unsupported'],
    ['a body that is too large', `{"name":"${'x'.repeat(300_000)}"}`, 'application/json', 413, 'body_too_large'],
    [
      'a body nested too deeply',
      `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'application/json',
      400,
      'body_too_deep',
    ],
    ['a text that cannot be stored', '{"name":"a\\u0000b"}', 'application/json', 400, 'body_has_nul'],
    ['a body that is no object', '[1]', 'application/json', 400, 'validation_failed'],
    ['a body that is no JSON object or list', '"x"', 'application/json', 400, 'body_not_json'],
    ['no body', '', 'application/json', 400, 'validation_failed'],
  ])('%s is refused', async (_what, body, type, status, code) => {
    const answer = await post(body, { 'content-type': type });
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
  });

  test('a method that the path does not know answers 405 and which it knows', async () => {
    const { status, body, headers } = await ask('/doors/front', { method: 'DELETE' });
    expect({ status, code: body['code'], allow: headers.get('allow') }).toEqual({
      status: 405,
      code: 'method_not_allowed',
      allow: 'GET',
    });
  });

  test('headers of a problem are kept', () => {
    const problem = new Problem({ code: 'c', status: 429, title: 't', headers: { 'Retry-After': '3' } });
    expect(problem.headers).toEqual({ 'Retry-After': '3' });
  });
});

describe('what every process serves', () => {
  test('an OpenAPI 3.1 document with schemas and problems', async () => {
    const { body } = await ask('/openapi.json');
    expect(body['openapi']).toBe('3.1.0');
    expect(body).toMatchObject({
      components: { schemas: { Door: { type: 'object', required: ['id', 'name', 'version'] }, Problem: {} } },
      paths: {
        '/doors': {
          post: {
            requestBody: { content: { 'application/json': { schema: { required: ['name'] } } } },
            security: [],
          },
        },
        '/doors/{id}': {
          get: {
            responses: {
              200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Door' } } } },
              default: { content: { 'application/problem+json': {} } },
            },
          },
        },
      },
    });
  });

  test('a docs page that loads nothing from elsewhere', async () => {
    const { status, text } = await ask('/docs');
    expect(status).toBe(200);
    expect(text).not.toMatch(/(src|href)="https?:/);
    expect((await ask('/docs/swagger-ui-bundle.js')).status).toBe(200);
  });

  test('liveness, readiness and metrics by route', async () => {
    expect((await ask('/health/live')).body).toEqual({ status: 'alive' });
    expect(await ask('/health/ready')).toMatchObject({ status: 200, body: { status: 'ready', checks: {} } });
    await ask('/doors/front');
    const { text } = await ask('/metrics');
    expect(text).toMatch(
      /latchkey_http_request_duration_seconds_count\{method="GET",route="\/doors\/:id",status="200"\} \d/,
    );
    expect(text).toMatch(/^process_cpu_user_seconds_total/m);
  });
});

test('a stop lets the request in flight finish, at once closes idle connections, and takes no new ones', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let hasArrived = false;
  @Public()
  @Controller('slow')
  class SlowController {
    @Get()
    async read(): Promise<object> {
      hasArrived = true;
      await held;
      return { done: true };
    }
  }
  @Module({ controllers: [SlowController] })
  class SlowModule {}
  const slow = await createService({ name: 'slow', module: SlowModule, config: silentConfig });
  const at = await slow.start();
  await fetch(`${at}/health/live`);
  const answer = fetch(`${at}/slow`);
  await eventually(() => hasArrived);
  const startedAt = performance.now();
  const stopped = slow.stop();
  await expect(fetch(`${at}/health/live`)).rejects.toThrow();
  release?.();
  expect(await (await answer).json()).toEqual({ done: true });
  await stopped;
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
