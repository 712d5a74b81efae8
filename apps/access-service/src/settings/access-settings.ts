import type { AccessSettingBody } from '@latchkey/contracts';
import { requireVersion } from '@latchkey/service-kit';
import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { lockForChange, lockForReading, type SharedFact } from '../facts/fact-locks.ts';
import type { Ledger, SettingSubject } from '../ledger/ledger.ts';
import { copiedSetting } from './copied-setting.ts';
import { replaceSettings } from './setting-rows.ts';

/** What an administrator chose, who it was, and the version that was seen when choosing. */
export interface Choice {
  readonly groupIds: readonly string[];
  readonly chosenBy: string;
  readonly expectedVersion: number;
}

interface SettingRow {
  group_ids: string[];
  valid_from: Date;
  valid_to: Date | null;
  chosen_by: string | null;
}

const HISTORY = 100;

/** Which groups a plan, a resource or a subscription's item gives, and gave when. */
export class AccessSettings {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  async read(em: EntityManager, subject: SettingSubject): Promise<AccessSettingBody> {
    const rows: SettingRow[] = await em.query(
      `SELECT group_ids, valid_from, valid_to, chosen_by FROM access_setting
       WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id DESC LIMIT ${HISTORY}`,
      [subject.kind, subject.id],
    );
    const chosen = rows.map(entry);
    const first = chosen.at(-1)?.validFrom ?? null;
    const copied = subject.kind === 'subscription_item' ? await copiedSetting(em, subject.id, first) : [];
    const history = [...chosen, ...copied];
    return { version: await versionOf(em, subject), groupIds: history[0]?.groupIds ?? [], history };
  }

  /**
   * Chooses groups from now on, and wakes whom that concerns: it takes effect at once (S2.3, S2.4). Choosing what is
   * chosen already wakes them too, and is no new version.
   * @throws Problem 412 `version_conflict`
   */
  async choose(em: EntityManager, subject: SettingSubject, choice: Choice): Promise<AccessSettingBody> {
    const { kind, id } = subject;
    if (kind === 'subscription_item') await lockForReading(em, await plansOf(em, id));
    await lockForChange(em, { kind: 'setting', of: kind, id });
    requireVersion(await versionOf(em, subject), choice.expectedVersion);
    const [valid]: { group_ids: string[] }[] = await em.query(
      'SELECT group_ids FROM access_setting WHERE subject_kind = $1 AND subject_id = $2 AND valid_to IS NULL',
      [kind, id],
    );
    const isSame = isDeepStrictEqual(valid?.group_ids.toSorted(), choice.groupIds.toSorted());
    if (!isSame) await replaceSettings(em, kind, [id], { ...choice, isFromPlan: false });
    const what = choice.groupIds.length === 0 ? 'not selected' : `${choice.groupIds.length} groups chosen`;
    await this.#ledger.settingsChanged(em, subject, { signal: 'changed', cause: `access of ${kind} ${id}: ${what}` });
    return this.read(em, subject);
  }
}

/** Whoever gives the plan's groups to all of its items keeps others from choosing for one of them meanwhile. */
async function plansOf(em: EntityManager, itemId: string): Promise<SharedFact[]> {
  const rows: { id: string }[] = await em.query(
    'SELECT plan_id AS id FROM subscription_item WHERE id = $1 AND plan_id IS NOT NULL',
    [itemId],
  );
  return rows.map(({ id }) => ({ kind: 'setting', of: 'plan', id }));
}

async function versionOf(em: EntityManager, { kind, id }: SettingSubject): Promise<number> {
  const [row]: { version: string }[] = await em.query(
    'SELECT count(*) AS version FROM access_setting WHERE subject_kind = $1 AND subject_id = $2',
    [kind, id],
  );
  return Number(row?.version);
}

function entry({ group_ids: groupIds, valid_from: validFrom, valid_to: validTo, chosen_by: chosenBy }: SettingRow) {
  return { groupIds, validFrom: validFrom.toISOString(), validTo: validTo?.toISOString() ?? null, chosenBy };
}
