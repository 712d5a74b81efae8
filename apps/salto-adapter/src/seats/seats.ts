import { logger } from '@latchkey/service-kit';
import { IN_BACKGROUND, type Sites } from '../access/sites.ts';
import { asDoorFailure } from '../access/failures.ts';
import type { Work } from '../work-loop.ts';
import { readSeats } from './read-seats.ts';
import { isWarning, type SeatFigures, type SeatFiguresRepository } from './seat-figures.ts';

const log = logger('seats');

/** Reads seats from Salto, and keeps what it said. */
export class SiteSeats implements Work {
  readonly name = 'seats';
  readonly lanes = 1;
  readonly lookEveryMs = 15_000;
  readonly #sites: Sites;
  readonly #figures: SeatFiguresRepository;

  constructor(sites: Sites, figures: SeatFiguresRepository) {
    this.#sites = sites;
    this.#figures = figures;
  }

  /** @throws SaltoKsError, AttemptError */
  async refresh(siteId: string): Promise<SeatFigures> {
    const seats = await readSeats(await this.#sites.of(siteId, IN_BACKGROUND));
    await this.#figures.save(siteId, seats);
    if (isWarning(seats)) log.warn({ siteId, ...seats }, 'a site has few seats left');
    return { ...seats, readAt: new Date() };
  }

  /** Reads the figures of a site that are old. */
  readonly next = async (): Promise<boolean> => {
    const siteId = await this.#figures.claimStale();
    if (siteId === undefined) return false;
    try {
      await this.refresh(siteId);
    } catch (error) {
      log.warn({ siteId, code: asDoorFailure(error).code }, 'the seats of a site could not be read');
    }
    return true;
  };
}
