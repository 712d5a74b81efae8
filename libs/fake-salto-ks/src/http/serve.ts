import { setTimeout as wait } from 'node:timers/promises';
import type { FaultEffect } from '../faults/fault-rule.ts';
import { json, type Answer } from './answer.ts';
import { distort } from './distort.ts';
import { guessed, oauthRefusal, Refusal } from './errors.ts';
import type { Commit, Incoming } from './route.ts';
import type { Router } from './router.ts';

/** What becomes of a request: an answer, or a connection that breaks or stays silent. */
export type Outcome = Answer | 'reset' | 'silence';

/** Serves one request normally. */
export async function serve(router: Router, incoming: Incoming): Promise<Answer> {
  return settle(async () => (await prepare(router, incoming))());
}

/** Serves one request under a fault. Rights and body are checked as ever; only the work and its answer are disturbed. */
export async function serveFaulty(router: Router, incoming: Incoming, effect: FaultEffect): Promise<Outcome> {
  switch (effect.kind) {
    case 'delay':
      return (await waitFor(effect.delay_ms, incoming.world.closing)) ? serve(router, incoming) : 'silence';
    case 'body':
      return distort(await serve(router, incoming), effect.as);
    case 'error_in_success':
      if (effect.write === 'applied') await serve(router, incoming);
      return json(200, { ErrorCode: effect.error_code, Message: 'The operation could not be completed' });
    case 'reset':
      return unseen(router, incoming, effect.write, 'reset');
    case 'timeout':
      return unseen(router, incoming, effect.write, 'silence');
    case 'late_write':
      return settle(() => holdBack(router, incoming, effect.after_ms));
    default:
      return insteadOf(effect, incoming.world.now());
  }
}

/** False when the fake closed meanwhile. */
async function waitFor(ms: number, signal: AbortSignal): Promise<boolean> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

type Instead = Extract<
  FaultEffect,
  { kind: 'answer' | 'rate_limit' | 'unavailable' | 'unauthorized' | 'invalid_grant' }
>;

/** The answer of a fault that keeps the request from being looked at. */
function insteadOf(effect: Instead, now: number): Answer {
  switch (effect.kind) {
    case 'answer':
      return json(effect.status, effect.body ?? {});
    case 'rate_limit':
      return { ...json(429, { Message: 'Too many requests' }), headers: retryAfter(effect, now) };
    case 'unavailable':
      return { ...json(503, { Message: 'Service unavailable' }), headers: retryAfter(effect, now) };
    case 'unauthorized':
      return guessed.unauthorized().answer;
    case 'invalid_grant':
      return oauthRefusal('invalid_grant', 'invalid_grant').answer;
  }
}

async function unseen(
  router: Router,
  incoming: Incoming,
  write: 'lost' | 'applied',
  outcome: 'reset' | 'silence',
): Promise<Outcome> {
  if (write === 'applied') await serve(router, incoming);
  return outcome;
}

/** Checked now, done later against the state of then, as a request stuck in a queue would be. */
async function holdBack(router: Router, incoming: Incoming, afterMs?: number): Promise<Outcome> {
  const commit = await prepare(router, incoming);
  const { method, target: path, world } = incoming;
  const apply = async () => {
    await settle(async () => commit());
    world.changes.tell();
  };
  world.lateWrites.hold({ method, path, apply }, afterMs);
  return 'silence';
}

function prepare(router: Router, incoming: Incoming): Promise<Commit> | Commit {
  const { route, params } = router.match(incoming.method, incoming.target.split('?', 1)[0] ?? '/');
  incoming.params = params;
  return route.prepare(incoming);
}

async function settle<T>(work: () => Promise<T>): Promise<T | Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function retryAfter(effect: Extract<FaultEffect, { retry_after_as: unknown }>, now: number): Record<string, string> {
  if (effect.retry_after_seconds === undefined) return {};
  const date = new Date(now + effect.retry_after_seconds * 1000).toUTCString();
  return { 'retry-after': effect.retry_after_as === 'date' ? date : String(effect.retry_after_seconds) };
}
