import { conflict } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { randomUUIDv7 } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { DayPassBatchEntity } from './day-pass-batch.entity.ts';

/** A booking cancelled before its start has given its pass back (S9.2): nothing is written for that. */
const TAKEN = `(SELECT count(*)::int FROM booking
  WHERE booking.day_pass_batch_id = batch.id AND (booking.cancelled_at IS NULL OR booking.cancelled_at >= booking.starts_at))`;

/** Batches of company $1 that pay for the day $2. */
const USABLE = `batch.company_id = $1
  AND COALESCE(batch.valid_from <= $2::date, true) AND COALESCE(batch.valid_until >= $2::date, true)
  AND (batch.subscription_id IS NULL OR EXISTS (SELECT FROM subscription
    WHERE subscription.id = batch.subscription_id AND subscription.cancelled_at IS NULL
      AND subscription.start_on <= $2::date
      AND COALESCE(LEAST(subscription.end_on, subscription.cancel_on) >= $2::date, true)))`;

/** Those that expire first are used first. */
const FIRST_TO_EXPIRE = 'batch.valid_until NULLS LAST, batch.id';

/** The day passes of companies (S9). */
@Injectable()
export class DayPassRepository {
  async give(
    em: EntityManager,
    fields: Omit<DayPassBatchEntity, 'id' | 'madeAt'>,
    now: number,
  ): Promise<DayPassBatchEntity> {
    const batch = Object.assign(new DayPassBatchEntity(), fields, { id: randomUUIDv7({}), madeAt: now });
    await em.insert(DayPassBatchEntity, batch);
    return batch;
  }

  /** A company's batches after a position, oldest first. */
  after(
    em: EntityManager,
    companyId: string,
    afterId: string | undefined,
    limit: number,
  ): Promise<DayPassBatchEntity[]> {
    const query = em
      .createQueryBuilder(DayPassBatchEntity, 'batch')
      .where('batch.companyId = :companyId', { companyId })
      .orderBy('batch.id')
      .take(limit);
    if (afterId !== undefined) query.andWhere('batch.id > :afterId', { afterId });
    return query.getMany();
  }

  /** How many passes of each batch pay for bookings. */
  async takenOf(em: EntityManager, batchIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows: { id: string; taken: number }[] = await em.query(
      `SELECT id, ${TAKEN} AS taken FROM day_pass_batch AS batch WHERE id = ANY($1::uuid[])`,
      [batchIds],
    );
    return new Map(rows.map(({ id, taken }) => [id, taken]));
  }

  /** How many passes a company has left to pay for a day. */
  async left(em: EntityManager, companyId: string, day: string): Promise<number> {
    const [row]: { left: number }[] = await em.query(
      `SELECT COALESCE(sum(batch.count - ${TAKEN}), 0)::int AS left FROM day_pass_batch AS batch WHERE ${USABLE}`,
      [companyId, day],
    );
    return row?.left ?? 0;
  }

  /**
   * Finds a pass for a booking on a day, and keeps others from taking it until the transaction ends: write the booking
   * with it before. Batches are the last rows to be locked.
   * @param kept the batch whose pass the booking has already
   * @returns the batch that the pass is of
   * @throws Problem 409 `no_day_pass_left`
   */
  async take(em: EntityManager, companyId: string, day: string, kept: string | null = null): Promise<string> {
    // All of the company's, in one order: a swap takes passes of two days, and must not meet another halfway.
    await em.query('SELECT FROM day_pass_batch WHERE company_id = $1 ORDER BY id FOR UPDATE', [companyId]);
    // A statement after the lock: what the one before us took is visible here.
    const [free]: { id: string }[] = await em.query(
      `SELECT batch.id FROM day_pass_batch AS batch
       WHERE ${USABLE} AND (batch.id = $3::uuid OR batch.count > ${TAKEN})
       ORDER BY batch.id = $3::uuid DESC NULLS LAST, ${FIRST_TO_EXPIRE} LIMIT 1`,
      [companyId, day, kept],
    );
    if (free !== undefined) return free.id;
    const detail = `Company ${companyId} has no day pass left for ${day}.`;
    const remedy = 'Cancel another booking of the company before its start, or ask an administrator for more passes.';
    throw conflict('no_day_pass_left', detail, remedy);
  }
}
