import { metrics } from '@latchkey/service-kit';
import type { Queries } from '../database/queries.ts';
import type { Seats } from './read-seats.ts';

export interface SeatFigures extends Seats {
  readonly readAt: Date;
}

/** From this part of the seats on administrators are warned. */
const WARNING_SHARE = 0.8;

export function isWarning({ used, limit }: Seats): boolean {
  return used >= limit * WARNING_SHARE;
}

/** How long figures serve before they are read again by themselves. */
const STALE = `interval '5 minutes'`;

/** The seats of sites as Salto told them last, the same for all processes. */
export class SeatFiguresRepository {
  readonly #database: Queries;

  constructor(database: Queries) {
    this.#database = database;
  }

  async ofSite(siteId: string): Promise<SeatFigures | undefined> {
    const [row] = await this.#database.query<SeatFigures>(
      `SELECT used, seat_limit AS "limit", read_at AS "readAt" FROM site_seats WHERE site_id = $1 AND read_at IS NOT NULL`,
      [siteId],
    );
    return row;
  }

  async save(siteId: string, { used, limit }: Seats): Promise<void> {
    await this.#database.query(
      `INSERT INTO site_seats (site_id, used, seat_limit, read_at, claimed_at)
       VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp())
       ON CONFLICT (site_id) DO UPDATE SET used = EXCLUDED.used, seat_limit = EXCLUDED.seat_limit,
         read_at = EXCLUDED.read_at, claimed_at = EXCLUDED.claimed_at`,
      [siteId, used, limit],
    );
  }

  /** Takes on a site whose figures are old; whatever becomes of it, nobody reads it again for as long. */
  async claimStale(): Promise<string | undefined> {
    const [row] = await this.#database.query<{ siteId: string }>(
      `INSERT INTO site_seats AS seats (site_id, claimed_at)
       SELECT site_id, clock_timestamp() FROM connection WHERE status IN ('connected', 'degraded') AND NOT EXISTS (
         SELECT FROM site_seats WHERE site_seats.site_id = connection.site_id
            AND claimed_at > clock_timestamp() - ${STALE})
       ORDER BY site_id LIMIT 1
       ON CONFLICT (site_id) DO UPDATE SET claimed_at = EXCLUDED.claimed_at
         WHERE seats.claimed_at <= clock_timestamp() - ${STALE}
       RETURNING site_id AS "siteId"`,
    );
    return row?.siteId;
  }

  /** Members whose user has a seat, and whether it is given back when their access ends. */
  async holders(siteId: string): Promise<{ memberId: string; isReleased: boolean }[]> {
    return this.#database.query(
      `SELECT member_id AS "memberId", origin = 'created' AND NOT EXISTS (
                SELECT FROM connection WHERE site_id = $1 AND status <> 'disconnected' AND end_policy = 'keep'
              ) AS "isReleased"
         FROM salto_user WHERE site_id = $1 AND has_seat ORDER BY member_id`,
      [siteId],
    );
  }

  async all(): Promise<(Seats & { siteId: string })[]> {
    return this.#database.query(
      `SELECT site_id AS "siteId", used, seat_limit AS "limit" FROM site_seats WHERE read_at IS NOT NULL
          AND EXISTS (SELECT FROM connection WHERE connection.site_id = site_seats.site_id)`,
    );
  }
}

/** Seats by site: an alarm at 80 % leaves time to buy some. */
export function registerSeatMetrics(figures: SeatFiguresRepository): void {
  const gauge = (name: string, help: string, valueOf: (seats: Seats) => number) =>
    metrics.gauge(name, help, ['site_id'], async () =>
      (await figures.all()).map((seats) => ({ labels: { site_id: seats.siteId }, value: valueOf(seats) })),
    );
  gauge('salto_seats_used', 'Seats of a site that are taken', ({ used }) => used);
  gauge('salto_seats_limit', 'Seats of a site that are paid for', ({ limit }) => limit);
}
