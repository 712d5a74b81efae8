import { PREPARE_AHEAD_MS, seatShortages, type SeatWindow } from '@latchkey/access-domain';
import { describeInstant } from '@latchkey/access-domain/time-zone';
import type { SeatForecastBody, SeatsBody, SeatShortage } from '@latchkey/contracts';
import { notFound } from '@latchkey/service-kit';
import type { DataSource } from 'typeorm';
import type { SaltoAdapterClient } from './salto-adapter.client.ts';

const HORIZON_MS = 14 * 24 * 60 * 60_000;

interface WindowRow {
  member_id: string;
  location_id: string;
  opens_at: Date;
  closes_at: Date | null;
}

/** Tells from the ledger's windows when a site's seats will not suffice. */
export class SeatForecast {
  readonly #dataSource: DataSource;
  readonly #adapter: Pick<SaltoAdapterClient, 'seatsOf'>;

  constructor(dataSource: DataSource, adapter: Pick<SaltoAdapterClient, 'seatsOf'>) {
    this.#dataSource = dataSource;
    this.#adapter = adapter;
  }

  /**
   * @param now epoch ms
   * @throws Problem 404 `connection_not_found`, 503 `seats_unavailable`
   */
  async ofLocation(locationId: string, now: number): Promise<SeatForecastBody> {
    const zone = await this.#zoneOf(locationId);
    const seats = await this.#adapter.seatsOf(locationId);
    const { siteId, used, limit, isWarning, readAt } = seats;
    const windows = await this.#windows(siteId, now, seats.releaseAfterSeconds * 1_000);
    const members = new Set(windows.filter((window) => window.locationId === locationId).map((own) => own.memberId));
    const shortages = seatShortages(windows, supplyOf(seats), { from: now, to: now + HORIZON_MS });
    return {
      siteId,
      used,
      limit,
      isWarning,
      readAt,
      shortages: shortages.map(({ startsAt, endsAt, missing, memberIds }): SeatShortage => ({
        startsAt: new Date(startsAt).toISOString(),
        endsAt: endsAt === null ? null : new Date(endsAt).toISOString(),
        startsLocal: describeInstant(startsAt, zone),
        missing,
        memberIds: memberIds.filter((memberId) => members.has(memberId)),
      })),
    };
  }

  async #zoneOf(locationId: string): Promise<string> {
    const [row]: { time_zone: string }[] = await this.#dataSource.query(
      `SELECT time_zone FROM location JOIN connection ON connection.location_id = location.id
        WHERE location.id = $1 AND connection.deleted_at IS NULL AND connection.status <> 'disconnected'`,
      [locationId],
    );
    if (row === undefined) throw notFound('connection', locationId);
    return row.time_zone;
  }

  /** Of all locations at the site: they share its seats. A revocation that is not done keeps its seat. */
  async #windows(
    siteId: string,
    now: number,
    releaseAfterMs: number,
  ): Promise<(SeatWindow & { locationId: string })[]> {
    const rows: WindowRow[] = await this.#dataSource.query(
      `SELECT member_id, location_id, opens_at, CASE WHEN phase = 'revoking' THEN GREATEST(closes_at, $2) ELSE closes_at END
              AS closes_at FROM grant_row
        WHERE site_id = $1 AND phase IN ('open', 'revoking') AND opens_at < $3
          AND (phase = 'revoking' OR closes_at IS NULL OR closes_at > $4)`,
      [siteId, new Date(now), new Date(now + HORIZON_MS + PREPARE_AHEAD_MS), new Date(now - releaseAfterMs)],
    );
    return rows.map((row) => ({
      memberId: row.member_id,
      locationId: row.location_id,
      opensAt: row.opens_at.getTime(),
      closesAt: row.closes_at?.getTime() ?? null,
    }));
  }
}

function supplyOf({ used, limit, releasedMemberIds, keptMemberIds, releaseAfterSeconds }: SeatsBody) {
  return {
    limit,
    // Figures of one instant and members of another: never fewer than the members that are known to keep theirs.
    fixed: Math.max(used - releasedMemberIds.length, keptMemberIds.length),
    keptMemberIds: new Set(keptMemberIds),
    releaseAfterMs: releaseAfterSeconds * 1_000,
  };
}
