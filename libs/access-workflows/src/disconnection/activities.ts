import type { Membership } from '@latchkey/access-domain';

/** What access-service does when a location is disconnected; local activities. */
export interface LeavingActivities {
  /**
   * How many grants of the location are still to be revoked, now that its connection is ending; null until
   * access-service has heard of that.
   */
  countToRevoke(request: DisconnectionRequest): Promise<number | null>;
  /**
   * What the location gave and nobody else gives at the site, revocations that were not done included; null until
   * access-service has heard of the end, and has planned for it.
   */
  leftOpenBy(request: DisconnectionRequest): Promise<readonly Membership[] | null>;
}

/**
 * What the salto-adapter does. Each may be repeated; once the location was connected again each step answers
 * `withdrawn`, and there is nothing to wait for.
 */
export interface DisconnectionActivities {
  /** Users without access need not wait for their quiet time: they give their seats back now (S5). */
  hurrySeats(request: DisconnectionRequest): Promise<void>;
  /** How many users are still to give their seats back; those that keep theirs, or failed several times, do not count. */
  countHurried(request: DisconnectionRequest): Promise<number>;
  /** From now on nothing is granted or revoked for the location. */
  endConnection(request: DisconnectionRequest): Promise<DisconnectionStep>;
  /** Reads back from Salto who of these is left in which groups, and keeps the list. */
  readLeftOpen(request: ReadBackRequest): Promise<DisconnectionStep>;
  /** Erases the tokens; they are revoked at Salto too. */
  eraseTokens(request: DisconnectionRequest): Promise<DisconnectionStep>;
}

export type DisconnectionStep = 'done' | 'withdrawn';

export interface DisconnectionRequest {
  readonly version: 1;
  readonly disconnectionId: string;
  readonly locationId: string;
  readonly siteId: string;
}

export interface DisconnectionInput extends DisconnectionRequest {
  /** Everything is revoked before the connection ends. */
  readonly revokesFirst: boolean;
}

export interface ReadBackRequest extends DisconnectionRequest {
  readonly memberships: readonly Membership[];
  /** Salto could not be read for too long: what was given has to do. */
  readonly isGivenUp: boolean;
}
