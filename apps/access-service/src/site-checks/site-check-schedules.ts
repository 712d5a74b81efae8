import { siteCheckSchedule, siteCheckScheduleId, siteOfSchedule } from '@latchkey/access-workflows';
import { ScheduleAlreadyRunning, ScheduleNotFoundError, type Client } from '@temporalio/client';
import type { DataSource } from 'typeorm';

/** Keeps a Temporal Schedule for each connected site, and none for others. Replicas may do it at once. */
export class SiteCheckSchedules {
  readonly #client: Client;
  readonly #dataSource: DataSource;
  readonly #everyMs: number;
  /** Sites whose schedule this process has seen to: it has the present setting. */
  readonly #aligned = new Set<string>();

  constructor(client: Client, dataSource: DataSource, everyMs: number) {
    this.#client = client;
    this.#dataSource = dataSource;
    this.#everyMs = everyMs;
  }

  /** Makes the schedules what the connections want. */
  async align(): Promise<void> {
    const wanted = await this.#connectedSites();
    const known = new Set<string>();
    for await (const { scheduleId } of this.#client.schedule.list()) {
      const siteId = siteOfSchedule(scheduleId);
      if (siteId !== undefined) known.add(siteId);
    }
    for (const siteId of wanted) if (!known.has(siteId) || !this.#aligned.has(siteId)) await this.#create(siteId);
    for (const siteId of known) if (!wanted.has(siteId)) await this.#delete(siteId);
  }

  /** A check now; the next ones come as planned. */
  async checkNow(siteId: string): Promise<void> {
    if (!this.#aligned.has(siteId)) await this.#create(siteId);
    await this.#client.schedule.getHandle(siteCheckScheduleId(siteId)).trigger();
  }

  async #connectedSites(): Promise<Set<string>> {
    const rows: { id: string }[] = await this.#dataSource.query(
      `SELECT DISTINCT site_id AS id FROM connection WHERE deleted_at IS NULL AND status <> 'disconnected'`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  async #create(siteId: string): Promise<void> {
    try {
      await this.#client.schedule.create(siteCheckSchedule(siteId, this.#everyMs));
      this.#aligned.add(siteId);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      // Made by an earlier version, or with another setting: the newest holds.
      const { spec } = siteCheckSchedule(siteId, this.#everyMs);
      await this.#client.schedule.getHandle(siteCheckScheduleId(siteId)).update((previous) => ({ ...previous, spec }));
      this.#aligned.add(siteId);
    }
  }

  async #delete(siteId: string): Promise<void> {
    this.#aligned.delete(siteId);
    try {
      await this.#client.schedule.getHandle(siteCheckScheduleId(siteId)).delete();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  }
}
