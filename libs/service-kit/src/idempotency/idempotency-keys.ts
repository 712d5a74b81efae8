import type { DataSource, EntityManager } from 'typeorm';
import { tryAdvisoryLock } from '../database/advisory-lock.ts';
import { Problem } from '../problems/problem.ts';
import type { IdempotentRequest } from './idempotent-request.ts';

export interface StoredAnswer {
  status: number;
  body: unknown;
}

const KEPT_HOURS = 24;

/**
 * The answer that this key already had, or undefined when the caller is to do the work now, in this transaction.
 * @throws Problem 409 `idempotency_in_progress` while another transaction does it, 422 `idempotency_key_reused` when the
 *   key came with another body
 */
export async function claimKey(em: EntityManager, request: IdempotentRequest): Promise<StoredAnswer | undefined> {
  const { caller, route, key, bodySha256 } = request;
  if (!(await tryAdvisoryLock(em, `idempotency:${caller}:${route}:${key}`))) throw inProgress();
  // A statement after the lock: what the previous holder committed is visible here.
  const rows: (StoredAnswer & { body_sha256: Buffer })[] = await em.query(
    'SELECT status, body, body_sha256 FROM idempotency_key WHERE caller = $1 AND route = $2 AND key = $3',
    [caller, route, key],
  );
  const [stored] = rows;
  if (stored === undefined) return undefined;
  if (!stored.body_sha256.equals(bodySha256)) throw reused();
  return { status: stored.status, body: stored.body };
}

/** Keeps the answer beside the effect: both are committed, or neither. */
export async function storeAnswer(em: EntityManager, request: IdempotentRequest, answer: StoredAnswer): Promise<void> {
  const { caller, route, key, bodySha256 } = request;
  await em.query(
    `INSERT INTO idempotency_key (caller, route, key, body_sha256, status, body) VALUES ($1, $2, $3, $4, $5, $6)`,
    [caller, route, key, bodySha256, answer.status, answer.body === undefined ? null : JSON.stringify(answer.body)],
  );
}

/** Deletes keys older than a day. @returns how many */
export async function purgeKeys(dataSource: DataSource, keptHours = KEPT_HOURS): Promise<number> {
  const [, count]: [unknown, number] = await dataSource.query(
    `DELETE FROM idempotency_key WHERE created_at < now() - make_interval(hours => $1)`,
    [keptHours],
  );
  return count;
}

/** Empties stored answers that mention an id (of an erased person): the key still works, the name is gone. */
export async function forgetAnswersAbout(em: EntityManager, id: string): Promise<void> {
  await em.query(`UPDATE idempotency_key SET body = NULL WHERE position($1 IN body::text) > 0`, [id]);
}

function inProgress(): Problem {
  return new Problem({
    code: 'idempotency_in_progress',
    status: 409,
    title: 'Conflict',
    detail: 'A request with this Idempotency-Key is being worked on.',
    remedy: 'Repeat it in a second: it then gets the answer of the first.',
    headers: { 'Retry-After': '1' },
  });
}

function reused(): Problem {
  return new Problem({
    code: 'idempotency_key_reused',
    status: 422,
    title: 'Key used before',
    detail: 'This Idempotency-Key was used with another body.',
    remedy: 'Take a new key for each new request, and the old one only to repeat it unchanged.',
  });
}
