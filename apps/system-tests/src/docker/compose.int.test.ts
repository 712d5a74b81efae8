import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { composeConfig, type ComposeService, root } from './compose-config.ts';

/** The first call may have to fetch Compose. */
const PATIENCE_MS = 120_000;

/** Who reads the settings of each process that is scaled or published; steps are run by images.int.test.ts. */
const readers = {
  'billing-gateway': ['billing-gateway', 'readGatewayConfig'],
  'access-service': ['access-service', 'readAccessServiceConfig'],
  'access-worker': ['access-service', 'readAccessWorkerConfig'],
  'salto-adapter': ['salto-adapter', 'readAdapterConfig'],
  'salto-worker': ['salto-adapter', 'readAdapterConfig'],
  console: ['console', 'readConsoleConfig'],
} as const;

const text = (file: string) => readFileSync(join(root, file), 'utf8');
const composeText = text('docker-compose.yml') + text('deploy/servers.docker-compose.yml');
const dockerfile = text('deploy/docker/service.Dockerfile');

let services: Readonly<Record<string, ComposeService>>;

beforeAll(async () => {
  services = await composeConfig('deploy/demo.env');
}, PATIENCE_MS);

function variables(pattern: RegExp): string[] {
  return [...new Set([...composeText.matchAll(pattern)].map(([, name]) => name ?? ''))].sort();
}

function assigned(file: string): string[] {
  return [...text(file).matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name ?? '');
}

test('a setting without a default is refused by name and purpose when it is missing', async () => {
  await expect(composeConfig('.env.example')).rejects.toThrow(/required variable [A-Z_]+ is missing a value: \w+ \w+/);
});

test('.env.example and the demo name every variable that docker-compose.yml reads', () => {
  expect(assigned('.env.example')).toEqual(expect.arrayContaining(variables(/\$\{([A-Z_]+)/g).filter(isNoDemoPort)));
  expect(assigned('deploy/demo.env')).toEqual(expect.arrayContaining(variables(/\$\{([A-Z_]+):\?/g)));
});

const isNoDemoPort = (name: string) => !['IDENTITY_SERVER_PORT', 'FAKE_SALTO_KS_PORT'].includes(name);

test('every path that is referred to exists', () => {
  const paths = Object.values(services).flatMap(({ build, volumes, command }) => [
    ...(build ? [build.context, join(build.context, build.dockerfile), join(root, 'apps', build.args.SERVICE)] : []),
    ...(volumes ?? []).filter(({ type }) => type === 'bind').map(({ source }) => source),
    ...(build ? (command ?? []).filter((part) => !part.startsWith('-')).map(sourceOf) : []),
  ]);
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  const mounted = [...composeText.matchAll(/\/latchkey\/([\w.-]+)/g)].map(([, file]) => file ?? '');
  expect(mounted.filter((file) => !existsSync(join(root, 'deploy', 'temporal', file)))).toEqual([]);
});

/** What a compiled file comes from. */
function sourceOf(command: string): string {
  return join(root, command.replace('/dist/', '/src/').replace(/\.js$/, '.ts'));
}

test('every image is pinned to a full version', () => {
  const bases = [...dockerfile.matchAll(/^ARG NODE=(\S+)$/gm)].map(([, image]) => image ?? '');
  const images = [...Object.values(services).map(({ image }) => image), ...bases];
  expect(bases).toHaveLength(1);
  expect([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)).toEqual(['${NODE}', '${NODE}']);
  expect(images.filter((image) => !/^[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.]+)*$/.test(image))).toEqual([]);
});

test('versions are those that are tested without Docker', () => {
  const { devDependencies } = JSON.parse(text('package.json')) as { devDependencies: { node: string } };
  expect(dockerfile).toContain(`NODE=node:${devDependencies.node}-`);
  const kafka = /<version>(\d+\.\d+\.\d+)<\/version>/.exec(text('tools/local-stack/kafka/pom.xml'))?.[1];
  expect(services['kafka']?.image).toBe(`apache/kafka:${kafka}`);
  const tagOf = (name: string) => services[name]?.image.split(':')[1];
  expect(tagOf('temporal-schema')).toBe(tagOf('temporal'));
});

test.each(Object.entries(readers))('%s is given all its settings', async (name, [service, read]) => {
  const file = pathToFileURL(join(root, 'apps', service, 'src', 'config.ts')).href;
  const config = (await import(file)) as Record<string, (env: NodeJS.ProcessEnv) => unknown>;
  expect(() => config[read]?.({ ...services[name]?.environment })).not.toThrow();
  expect(config[read]).toBeDefined();
});

test.each(Object.keys(readers))('%s restarts, is checked by its readiness, and waits for its steps', (name) => {
  const { restart, healthcheck, depends_on } = services[name] ?? {};
  expect(restart).toBe('unless-stopped');
  expect(healthcheck?.test).toEqual(['CMD', 'node', 'healthy.mjs']);
  const steps = Object.entries(depends_on ?? {});
  expect(steps.length > 0).toBe(name !== 'console'); // which has no database
  for (const [, { condition }] of steps) expect(condition).toBe('service_completed_successfully');
});

test('workers can be scaled: they have no port and no name of their own', () => {
  for (const name of ['access-worker', 'salto-worker']) {
    expect(services[name]).toBeDefined();
    expect(services[name]?.ports).toBeUndefined();
    expect(services[name]?.container_name).toBeUndefined();
  }
});

test('nothing is published beyond the loopback interface', () => {
  const published = Object.values(services).flatMap(({ ports }) => ports ?? []);
  expect(published.length).toBeGreaterThan(5);
  for (const { host_ip } of published) expect(host_ip).toBe('127.0.0.1');
});

test('the step that makes databases makes the ones that the services use', () => {
  const made = services['databases']?.environment?.['DATABASE_URLS']?.split(', ');
  const used = ['billing-gateway', 'access-service', 'salto-adapter'].map(
    (name) => services[name]?.environment?.['DATABASE_URL'],
  );
  expect(made).toEqual(used);
});

test('fairness is on', () => {
  expect(text('deploy/temporal/dynamic-config.yaml')).toMatch(/^matching\.enableFairness:.*\n\s+- value: true$/m);
  expect(services['temporal']?.environment?.['DYNAMIC_CONFIG_FILE_PATH']).toBe('/latchkey/dynamic-config.yaml');
});
