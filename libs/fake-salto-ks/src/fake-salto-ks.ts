import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiRoutes } from './api/api-routes.ts';
import { CallLog } from './control/call-log.ts';
import { controlRoutes } from './control/control-routes.ts';
import { faultRuleSchema, type FaultRuleInput } from './faults/fault-rule.ts';
import { FaultRules } from './faults/fault-rules.ts';
import { LateWrites } from './faults/late-writes.ts';
import { createListener } from './http/listener.ts';
import { EventHub } from './hub/event-hub.ts';
import { hubRoutes } from './hub/hub-routes.ts';
import { identityRoutes } from './identity/identity-routes.ts';
import { IdentityServer } from './identity/identity-server.ts';
import { Identity } from './identity/identity.ts';
import { Load } from './load/load.ts';
import { DataFile } from './persistence/data-file.ts';
import { LiveFeed } from './page/live-feed.ts';
import { SecondIntegration } from './second-integration/second-integration.ts';
import { applySeed, seedSchema, type SeedInput } from './seed.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { Changes } from './state/changes.ts';
import { State } from './state/state.ts';
import type { World } from './world.ts';

export interface FakeSaltoKsOptions {
  settings?: Partial<Settings>;
  /** Added at the start, as far as it is not there yet. */
  seed?: SeedInput;
  /** Keeps the state in this file over restarts; without it, in memory only. */
  dataFile?: string;
  /** Hears of each write of it that failed; the next one is tried all the same. Without it, a warning of the process. */
  onDataFileFailure?: (error: Error) => void;
  /** How callers reach it, when that is not the loopback address: the issuer of its tokens. */
  publicUrl?: string;
  /** Epoch ms; the default is the real clock. */
  now?: () => number;
}

/** A running or not yet running fake; `await using` closes it. */
export interface FakeSaltoKs extends AsyncDisposable {
  /** Listens on loopback, on a free port unless told. Rejects when the port is taken. */
  listen: (port?: number, host?: string) => Promise<FakeSaltoKs>;
  /** Where API, identity and controls are, without a slash at the end. Only once it listens. */
  readonly url: string;
  readonly state: State;
  readonly calls: CallLog;
  /** The most calls in any second and at once. */
  readonly load: Load;
  /** Who listens to the event hub. */
  readonly hub: EventHub;
  /** Writes that a fault holds back. */
  readonly lateWrites: LateWrites;
  /** Adds what is not there yet. */
  seed: (seed: SeedInput) => void;
  /** Adds faults after those that stand. */
  addFaults: (...rules: FaultRuleInput[]) => void;
  removeFaults: () => void;
  /** Changes behaviour from the next call on. */
  set: (settings: Partial<Settings>) => void;
  /** A good access token of an account, without the way through consent. */
  accessToken: (accountId: string) => Promise<string>;
  /** Breaks every connection, also those kept waiting by a fault, and writes the data file; rejects when it cannot. */
  close: () => Promise<void>;
}

/**
 * Makes a Salto KS of your own: `const fake = await (await createFakeSaltoKs({ seed })).listen()`.
 * Rejects when its data file cannot be read as ours, or not be written.
 */
export async function createFakeSaltoKs(options: FakeSaltoKsOptions = {}): Promise<FakeSaltoKs> {
  const now = options.now ?? Date.now;
  const { state, identity, file } = await remembered(options, now);
  const server = createServer({ keepAliveTimeout: 60_000 });
  let listensAt = '127.0.0.1';
  const port = () => (server.address() as AddressInfo | null)?.port ?? 0;
  const url = () => options.publicUrl ?? `http://${inUrl(listensAt)}:${port()}`;
  const [lateWrites, calls, load, changes] = [new LateWrites(), new CallLog(), new Load(), new Changes()];
  const seed = () => state.settings.seed;
  const faults = new FaultRules(now, seed, () => changes.tell());
  const hub = new EventHub({ state, faults, now });
  const secondIntegration = new SecondIntegration({ state, calls, changes, now });
  if (file) changes.onChange(() => file.changed());
  const liveFeed = new LiveFeed({ calls, entries: state.entries, load, changes });
  const identityServer = new IdentityServer({ state, identity, changes, url, now });
  const closing = new AbortController();
  const parts = { state, identity, identityServer, faults, lateWrites, calls, load, hub };
  const world: World = { ...parts, secondIntegration, changes, liveFeed, url, now, closing: closing.signal };
  const saltoRoutes = [...apiRoutes, ...identityRoutes, ...hubRoutes];
  const listener = createListener({ world, saltoRoutes, controlRoutes });
  server.on('request', listener.request).on('upgrade', listener.upgrade);

  const fake: FakeSaltoKs = {
    listen: async (port = 0, host = '127.0.0.1') => {
      listensAt = host;
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
      return fake;
    },
    get url() {
      return url();
    },
    state,
    calls,
    load,
    hub,
    lateWrites,
    seed: (seed) => applySeed(state, seedSchema.parse(seed), now()),
    addFaults: (...rules) => void faults.add(rules.map((rule) => faultRuleSchema.parse(rule))),
    removeFaults: () => faults.clear(),
    set: (settings) => void (state.settings = { ...state.settings, ...settings }),
    accessToken: (accountId) => testToken(world, accountId),
    close: async () => {
      closing.abort();
      lateWrites.clear();
      secondIntegration.reset();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      listener.closeUpgraded();
      await closed;
      await file?.flush();
    },
    [Symbol.asyncDispose]: () => fake.close(),
  };
  return fake;
}

/** How callers on this machine reach what listens there: a host that means every address is loopback, too. */
function inUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function remembered(options: FakeSaltoKsOptions, now: () => number) {
  const { dataFile, seed, settings } = options;
  const stored = dataFile === undefined ? undefined : await DataFile.read(dataFile);
  const state = new State({ ...defaultSettings, ...settings });
  if (stored) state.restore(stored.state);
  // What the program was started with holds, also over what an earlier run had.
  state.settings = { ...state.settings, ...settings };
  if (seed) applySeed(state, seedSchema.parse(seed), now());
  const identity = await Identity.create(now, stored?.signing_key);
  const content = () => ({ version: 1 as const, signing_key: identity.privateJwk, state: state.snapshot(now()) });
  if (dataFile === undefined) return { state, identity, file: undefined };
  const file = new DataFile(dataFile, content, options.onDataFileFailure ?? ((error) => process.emitWarning(error)));
  // A path that cannot be written is found out now, and not when there is something to lose.
  await file.flush();
  return { state, identity, file };
}

function testToken({ identity, url, state }: World, accountId: string): Promise<string> {
  const lifetimeSeconds = state.settings.token_lifetime_seconds;
  return identity.accessToken({
    issuer: url(),
    accountId,
    clientId: 'test',
    scope: 'user_api.full_access',
    lifetimeSeconds,
  });
}
