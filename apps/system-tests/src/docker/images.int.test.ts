import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@latchkey/local-stack';
import { dropDatabasesAndRoles, eventually, testStack } from '@latchkey/test-kit';
import { composeConfig, type ComposeService } from './compose-config.ts';
import { startContainer, runInImage } from './image-container.ts';
import { copyContext, dockerfileSteps, runStep } from './image-steps.ts';

// Installing takes a minute or two, an image about one, on a busy machine more.
const BUILD_MS = 15 * 60_000;
const START_MS = 5 * 60_000;
const stack = testStack();
const isolation = `docker_${randomUUID().slice(0, 8)}`;
const folder = mkdtempSync(join(tmpdir(), 'latchkey-images-'));
const context = join(folder, 'source');

/** The images, with the steps and the processes of docker-compose.yml that run in each. */
const allImages = [
  ['access-service', ['access-service-migrations', 'temporal-namespace'], ['access-service', 'access-worker']],
  ['salto-adapter', ['salto-adapter-migrations'], ['salto-adapter', 'salto-worker']],
  ['billing-gateway', ['billing-gateway-migrations'], ['billing-gateway']],
  ['console', [], ['console']],
  ['system-tests', [], ['identity-server', 'fake-salto-ks']],
] as const;

// All images come of one Dockerfile, by the same steps: one shows that they work, the full tier builds each. The first is
// also the one that the steps before all services run in.
const images = process.env['LATCHKEY_TEST_FULL'] ? allImages : allImages.slice(0, 1);

let services: Readonly<Record<string, ComposeService>>;

beforeAll(async () => {
  services = await composeConfig('deploy/demo.env');
  await copyContext(context);
  const [install, build] = dockerfileSteps();
  await runStep(context, install ?? '');
  await runStep(context, build ?? '');
}, BUILD_MS);

afterAll(async () => {
  await dropDatabasesAndRoles(ownDatabases().map((url) => new URL(url).username));
  await rm(folder, { recursive: true }); // some 100,000 files
}, START_MS);

function serviceNamed(name: string): ComposeService {
  const service = services[name];
  if (!service) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}

/** The database in docker-compose.yml, on the test stack and under a name of this test's own. */
function ownDatabase(url: string): string {
  const own = new URL(url);
  own.host = new URL(stack.postgresUrl).host;
  own.username = `${own.username}_${isolation}`;
  own.pathname = `/${own.username}`;
  return own.href;
}

function ownDatabases(): string[] {
  return (services['databases']?.environment?.['DATABASE_URLS'] ?? '').split(', ').map(ownDatabase);
}

/** What docker-compose.yml tells this service, with the addresses of the test stack in place of its network's. */
async function environment(name: string): Promise<Record<string, string>> {
  const given = serviceNamed(name).environment ?? {};
  const port = `${await freePort()}`;
  const replaced: Record<string, string> = {
    SERVER_URL: stack.postgresUrl,
    DATABASE_URLS: ownDatabases().join(', '),
    DATABASE_URL: ownDatabase(given['DATABASE_URL'] ?? 'postgres://none/none'),
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    TEMPORAL_ADDRESS: stack.temporalAddress,
    TEMPORAL_NAMESPACE: isolation,
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: port,
    HOST: '127.0.0.1',
    PORT: port,
    KEYS_FILE: join(folder, 'keys.json'),
    DATA_FILE: join(folder, 'salto-ks.json'),
  };
  const own = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, replaced[key] ?? value]));
  return 'KAFKA_BROKERS' in given ? { ...own, KAFKA_TOPIC_PREFIX: `${isolation}.` } : own;
}

async function runToSuccess(image: string, step: string): Promise<void> {
  const { code, output } = await runInImage(image, serviceNamed(step).command ?? [], await environment(step));
  expect({ step, code, output: code === 0 ? '' : output }).toEqual({ step, code: 0, output: '' });
}

/** Runs a service until it is healthy, and asks it to end. @returns its exit code */
async function runUntilHealthy(image: string, name: string): Promise<number | null> {
  const container = startContainer(image, serviceNamed(name), await environment(name));
  try {
    await eventually(async () => expect(await container.isHealthy()).toBe(true), { timeoutMs: 60_000 });
  } catch (error) {
    throw new Error(`${name} did not get healthy. It said:\n${container.output()}`, { cause: error });
  } finally {
    await container.stop();
  }
  return container.stop();
}

test('service.Dockerfile runs the scripts that are tested here', () => {
  expect(dockerfileSteps().map((script) => script.split('/').at(-1))).toEqual([
    'install.sh',
    'build.sh',
    'assemble.sh',
  ]);
});

test.each(images)(
  "%s: its image, made in an empty folder, runs docker-compose.yml's commands and gets healthy",
  async (service, steps, processes) => {
    const image = join(folder, service);
    await runStep(context, 'deploy/docker/assemble.sh', service, image);
    expect(readdirSync(join(image, 'apps'))).toEqual([service]);
    expect(existsSync(join(image, 'node_modules', 'jest'))).toBe(false);

    for (const step of service === 'access-service' ? ['databases', 'topics', ...steps] : steps) {
      await runToSuccess(image, step);
    }
    for (const name of processes) {
      expect({ name, endedWith: await runUntilHealthy(image, name) }).toEqual({ name, endedWith: 0 });
    }
  },
  START_MS,
);
