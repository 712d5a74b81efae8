import type { ZodType } from 'zod';
import type { Answer } from '../http/answer.ts';
import { parseBody } from '../http/body.ts';
import { guessed, measured } from '../http/errors.ts';
import type { Incoming, Method, Route } from '../http/route.ts';
import type { Account } from '../state/accounts.ts';
import type { SiteUser } from '../state/site-users.ts';
import type { Site } from '../state/sites.ts';
import type { State } from '../state/state.ts';

interface Spec<B, C> {
  method: Method;
  path: string;
  /** Without it, a body is ignored. */
  body?: ZodType<B>;
  handle: (call: C) => Answer;
}

/** A call with a good token. */
export interface AccountCall<B> {
  incoming: Incoming;
  state: State;
  now: number;
  body: B;
  caller: Account;
  /** A path parameter; routes ask only for those in their path. */
  param: (name: string) => string;
}

/** A call about a site of which the caller is a user. */
export interface SiteCall<B> extends AccountCall<B> {
  site: Site;
  me: SiteUser;
}

/** An operation that needs no more than a good token. */
export function accountRoute<B = unknown>(spec: Spec<B, AccountCall<B>>): Route {
  const { method, path } = spec;
  const prepare: Route['prepare'] = async (incoming) => {
    const call = await accountCall(incoming, spec.body);
    return () => spec.handle({ ...call, now: incoming.world.now() });
  };
  return { method, path, prepare };
}

/**
 * An operation on `:site`. Only its administrators may (`anyUser`: all its users). Refuses a readable site id (400
 * 1100, measured) and somebody without the role (403).
 */
export function siteRoute<B = unknown>(spec: Spec<B, SiteCall<B>> & { anyUser?: boolean }): Route {
  const { method, path, anyUser = false } = spec;
  const prepare: Route['prepare'] = async (incoming) => {
    const call = await accountCall(incoming, spec.body);
    const { site, me } = siteOf(call, anyUser);
    // A write that a fault holds back meets the site as it is by then.
    const siteOfNow = () => call.state.sites.get(site.id) ?? site;
    return () => spec.handle({ ...call, site: siteOfNow(), me, now: incoming.world.now() });
  };
  return { method, path, prepare };
}

async function accountCall<B>(incoming: Incoming, schema: ZodType<B> | undefined): Promise<AccountCall<B>> {
  const { world } = incoming;
  const caller = await authenticate(incoming);
  incoming.caller = caller;
  // A route without a schema has B = unknown.
  const body = schema ? parseBody(incoming.text, schema) : (undefined as B);
  const param = (name: string) => incoming.params[name] ?? '';
  return { incoming, state: world.state, now: world.now(), body, caller, param };
}

/** Whose token it is; throws 401 for one that is missing, expired or forged, or not for this API (a guess: not 403). */
export async function authenticate({ world, headers }: Pick<Incoming, 'world' | 'headers'>): Promise<Account> {
  const [, token] = /^Bearer (.+)$/i.exec(String(headers.authorization ?? '')) ?? [];
  const identified = token ? await world.identity.identify(token, world.url()) : undefined;
  const account = identified && world.state.accounts.get(identified.accountId);
  if (!account) throw guessed.unauthorized();
  return account;
}

function siteOf({ state, param, caller }: AccountCall<unknown>, anyUser: boolean): { site: Site; me: SiteUser } {
  const id = param('site');
  if (!uuid.test(id)) throw measured.invalidParameter(`The value '${id}' is not valid for site_id`);
  const site = state.sites.get(id);
  if (!site) throw guessed.notFound('Site');
  const me = state.siteUsers.ofAccount(site.id, caller.id);
  if (!me || !(anyUser || me.role_codes.includes('site_admin'))) throw guessed.missingRole();
  return { site, me };
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
