import type { Account } from '../state/accounts.ts';
import type { World } from '../world.ts';
import type { Answer } from './answer.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request as routes see it. */
export interface Incoming {
  world: World;
  method: string;
  /** Path and query as sent. */
  target: string;
  /** Scheme and host as the caller addressed us, for links. */
  origin: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Partial<Record<string, string | string[]>>;
  text: string;
  /** Set once the token was accepted: whose call this is. */
  caller?: Account;
}

/** Does the work. Runs without interruption, so each call is atomic. */
export type Commit = () => Answer | Promise<Answer>;

/**
 * One operation. `prepare` checks (token, rights, body) and throws a Refusal; what it returns does the work. Between
 * the two, faults decide whether, when and how visibly the work is done.
 */
export interface Route {
  method: Method;
  /** `:name` is one segment, `:name(a|b)` one of those. */
  path: string;
  prepare: (incoming: Incoming) => Promise<Commit> | Commit;
}
