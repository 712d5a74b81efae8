import { demo, demoSeed } from '../demo-seed.ts';
import { createFakeSaltoKs, type FakeSaltoKs } from '../fake-salto-ks.ts';
import { consentAs } from '../testing/consent-as.ts';
import type { Settings } from '../settings.ts';
import type { Target } from './target.ts';

/** With Salto's delays, but short ones, and pages of a few items, so that there is more than one. */
const settings: Partial<Settings> = { user_spread_seconds: 0.1, user_delete_seconds: 0.1, page_size: 2 };
const SEATS = 6;
const { administrator, client, lab } = demo;

export interface ConformingFake extends AsyncDisposable {
  readonly fake: FakeSaltoKs;
  readonly target: Target;
}

/** A fake of its own on a free port, at which everything can be shown; reached over HTTP like any other. */
export async function startConformingFake(changed: Partial<Settings> = {}): Promise<ConformingFake> {
  let agoMs = 0;
  const seed = demoSeed();
  const sites = seed.sites?.map((site) => (site.id === lab.id ? { ...site, user_amount: SEATS } : site));
  const fake = await createFakeSaltoKs({
    settings: { ...settings, ...changed },
    seed: { ...seed, ...(sites && { sites }) },
    now: () => Date.now() - agoMs,
  });
  await fake.listen();
  agoMs = 2 * 3_600_000;
  const staleToken = await fake.accessToken(administrator.id);
  agoMs = 0;
  for (const lock of [lab.locks.frontDoor, lab.locks.roomA]) await tap(fake, lock);
  const target: Target = {
    name: 'the fake',
    isFake: true,
    identityUrl: fake.url,
    apiUrl: fake.url,
    hubUrl: fake.url,
    client,
    signIn: { user: administrator.email, password: administrator.password },
    siteId: lab.id,
    requestsPerSecond: Infinity,
    pollMs: 20,
    seatsToFill: SEATS,
    redirectUri: 'http://127.0.0.1/conformance',
    staleToken,
    consent: (url) => consentAs(url, administrator),
  };
  return { fake, target, [Symbol.asyncDispose]: () => fake.close() };
}

/** Somebody at the door, so that there are entries. */
async function tap(fake: FakeSaltoKs, lockId: string): Promise<void> {
  const body = JSON.stringify({ user_id: administrator.id });
  const { ok, status } = await fetch(`${fake.url}/_fake/locks/${lockId}/tap`, { method: 'POST', body });
  if (!ok) throw new Error(`tapping was answered ${status}`);
}
