import { demo, demoSeed } from '../demo-seed.ts';
import { createFakeSaltoKs, type FakeSaltoKs, type FakeSaltoKsOptions } from '../fake-salto-ks.ts';

export interface Response {
  status: number;
  headers: Headers;
  // Bodies are compared with matchers, never calculated with.
  body: unknown;
}

/** A fake with the demo's world, listening, and an HTTP client that is signed in as the administrator. */
export interface FakeUnderTest extends AsyncDisposable {
  fake: FakeSaltoKs;
  request: (method: string, path: string, body?: unknown, token?: string) => Promise<Response>;
  /** The same, below the site of Paris: `('GET', 'users')` of v1.2, `('GET', 'entries', undefined, 'v1.1')`. */
  paris: (method: string, path: string, body?: unknown, version?: 'v1.1' | 'v1.2') => Promise<Response>;
  /** A token request with the demo's client. */
  token: (form: Record<string, string>) => Promise<Response>;
  /** Makes a user of Paris; both ids. */
  createUser: (email?: string) => Promise<CreatedUser>;
}

export interface CreatedUser {
  id: string;
  user: { id: string };
  subscription_state: string;
}

export async function startFake(options: FakeSaltoKsOptions = {}): Promise<FakeUnderTest> {
  const fake = await (await createFakeSaltoKs({ seed: demoSeed(), ...options })).listen();
  const adminToken = await fake.accessToken(demo.administrator.id);

  const request: FakeUnderTest['request'] = (method, path, body, token = adminToken) =>
    send(new URL(path, fake.url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const paris: FakeUnderTest['paris'] = (method, path, body, version = 'v1.2') =>
    request(method, `/${version}/sites/${demo.paris.id}/${path}`, body);

  return {
    fake,
    request,
    paris,
    token: (form) => {
      const { id, secret } = demo.client;
      const body = new URLSearchParams({ client_id: id, client_secret: secret, ...form });
      return send(new URL('/connect/token', fake.url), { method: 'POST', body });
    },
    createUser: async (email) => (await paris('POST', 'users', userBody(fake, email))).body as CreatedUser,
    [Symbol.asyncDispose]: () => fake.close(),
  };
}

/** The body that makes Ada a user of Paris. */
export function userBody(fake: FakeSaltoKs, email?: string) {
  const roles = fake.state.sites.get(demo.paris.id)?.roles ?? [];
  const role_ids = roles.filter(({ code }) => code === 'site_user').map(({ id }) => id);
  return { first_name: 'Ada', last_name: 'Lovelace', role_ids, ...(email !== undefined && { email }) };
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** A clock that stands until moved. */
export function handClock(start: string) {
  let instant = Date.parse(start);
  return {
    now: () => instant,
    advanceSeconds: (seconds: number) => {
      instant += seconds * 1000;
    },
    set: (to: string) => {
      instant = Date.parse(to);
    },
  };
}
