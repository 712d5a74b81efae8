import type { EntityManager } from 'typeorm';
import type { SettingSubject } from '../ledger/ledger.ts';

/** What is valid from now on. */
export interface NewSetting {
  readonly groupIds: readonly string[];
  readonly chosenBy: string;
  /** Given to all of a plan's existing subscriptions, instead of chosen for this one. */
  readonly isFromPlan: boolean;
}

/**
 * Replaces the settings of subjects by one. The clock is read after the lock was waited for: nobody can have copied what
 * this makes invalid for that instant.
 */
export async function replaceSettings(
  em: EntityManager,
  kind: SettingSubject['kind'],
  ids: readonly string[],
  { groupIds, chosenBy, isFromPlan }: NewSetting,
): Promise<void> {
  const [moment]: { now: Date }[] = await em.query(
    `SELECT greatest(date_trunc('milliseconds', clock_timestamp()), max(valid_from)) AS now
     FROM access_setting WHERE subject_kind = $1 AND subject_id = ANY($2::uuid[])`,
    [kind, ids],
  );
  await em.query(
    `UPDATE access_setting SET valid_to = $3
     WHERE subject_kind = $1 AND subject_id = ANY($2::uuid[]) AND valid_to IS NULL`,
    [kind, ids, moment?.now],
  );
  await em.query(
    `INSERT INTO access_setting (subject_kind, subject_id, group_ids, valid_from, chosen_by, is_from_plan)
     SELECT $1, subject_id, $3, $4, $5, $6 FROM unnest($2::uuid[]) AS subject_id`,
    [kind, ids, groupIds, moment?.now, chosenBy, isFromPlan],
  );
}
