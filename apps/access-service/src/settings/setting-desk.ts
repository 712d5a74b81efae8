import type { AccessChoice, AccessSettingBody } from '@latchkey/contracts';
import { requireAdministratorOf, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Ledger, type SettingSubject } from '../ledger/ledger.ts';
import { callerName } from '../people/caller-name.ts';
import { AccessSettings } from './access-settings.ts';
import { locationOfSubject } from './setting-subject.ts';

/** What a route is about: a subject, and for an item its subscription. */
export interface Asked {
  readonly subject: SettingSubject;
  readonly subscriptionId: string | null;
}

/** Reads and chooses settings for those who administer the subject's location; to others there is none. */
@Injectable()
export class SettingDesk {
  readonly #settings: AccessSettings;
  readonly #database: EntityManager;

  constructor(ledger: Ledger, database: EntityManager) {
    this.#settings = new AccessSettings(ledger);
    this.#database = database;
  }

  async read(caller: Caller, asked: Asked): Promise<AccessSettingBody> {
    await requireRight(this.#database, caller, asked);
    return this.#settings.read(this.#database, asked.subject);
  }

  async choose(
    em: EntityManager,
    caller: Caller,
    asked: Asked,
    { groupIds }: AccessChoice,
    expectedVersion: number,
  ): Promise<AccessSettingBody> {
    await requireRight(em, caller, asked);
    return this.#settings.choose(em, asked.subject, { groupIds, expectedVersion, chosenBy: callerName(caller) });
  }
}

async function requireRight(em: EntityManager, caller: Caller, { subject, subscriptionId }: Asked): Promise<void> {
  requireAdministratorOf(caller, await locationOfSubject(em, subject, subscriptionId), subject);
}
