import type {
  AccessChoice,
  AccessSettingBody,
  PlanApplicationAnswer,
  PlanApplicationRequest,
} from '@latchkey/contracts';
import { requireAdministratorOf, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Ledger, type SettingSubject } from '../ledger/ledger.ts';
import { callerName } from '../people/caller-name.ts';
import { AccessSettings } from './access-settings.ts';
import { PlanApplication } from './plan-application.ts';
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
  readonly #application: PlanApplication;
  readonly #database: EntityManager;

  constructor(ledger: Ledger, database: EntityManager) {
    this.#settings = new AccessSettings(ledger);
    this.#application = new PlanApplication(this.#settings, ledger);
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

  /** Gives a plan's existing subscriptions its groups, or tells what that would change. */
  async apply(
    em: EntityManager,
    caller: Caller,
    planId: string,
    request: PlanApplicationRequest,
  ): Promise<PlanApplicationAnswer> {
    await requireRight(em, caller, { subject: { kind: 'plan', id: planId }, subscriptionId: null });
    return this.#application.apply(em, planId, { ...request, chosenBy: callerName(caller) });
  }
}

async function requireRight(em: EntityManager, caller: Caller, { subject, subscriptionId }: Asked): Promise<void> {
  requireAdministratorOf(caller, await locationOfSubject(em, subject, subscriptionId), subject);
}
