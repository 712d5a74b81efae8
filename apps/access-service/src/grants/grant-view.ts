import { describeInstant } from '@latchkey/access-domain/time-zone';
import { accessWorkflowId } from '@latchkey/access-workflows';
import { remedyFor, type CheckedGroup, type GrantBody, type GrantProblem, type GrantState } from '@latchkey/contracts';
import { doorRemedyFor } from '../entries/door-remedies.ts';
import type { DoorWarning } from '../ledger/grant-record.ts';
import { warningsOf } from './grant-events.ts';

/** A row of the ledger with what explains it, as `grantColumns` selects it. */
export interface GrantView {
  id: string;
  version: string;
  location_id: string;
  site_id: string;
  group_id: string;
  member_id: string;
  entitlement_kind: GrantState['entitlement']['kind'];
  entitlement_id: string;
  status: GrantState['status'];
  opens_at: Date;
  closes_at: Date | null;
  due_at: Date;
  granted_at: Date | null;
  is_late: boolean;
  error_code: string | null;
  error_message: string | null;
  next_attempt_at: Date | null;
  attempts: number;
  door_warnings: DoorWarning[];
  /** What is wrong with the group as such, as it was last looked at. */
  group_lint: CheckedGroup['problems'][number]['code'][];
  time_zone: string | null;
  connection_status: string | null;
  plan_ids: string[];
  resource_ids: string[];
}

/** What `GrantView` needs, `FROM` included; the caller adds conditions on `grant_row`, and the order. */
export const selectGrants = `
  SELECT grant_row.id, grant_row.version, grant_row.location_id, grant_row.site_id, group_id, grant_row.member_id,
         entitlement_kind, entitlement_id, grant_row.status, opens_at, closes_at, due_at, granted_at,
         error_code, grant_row.next_attempt_at, door_warnings, pair.attempts, location.time_zone,
         ARRAY(SELECT unnest(lint) FROM site_group
               WHERE site_group.site_id = grant_row.site_id AND site_group.group_id = grant_row.group_id) AS group_lint,
         coalesce(pair.held -> group_id ->> 'message', pair.blocked -> group_id ->> 'message', pair.failure ->> 'message') AS error_message,
         (phase = 'revoking' OR phase = 'open' AND granted_at IS NULL) AND due_at < now() - interval '2 minutes' AS is_late,
         connection.status AS connection_status,
         ARRAY(SELECT plan_id FROM subscription_item WHERE subscription_id = entitlement_id AND plan_id IS NOT NULL)
           AS plan_ids,
         ARRAY(SELECT resource_id FROM subscription_item WHERE subscription_id = entitlement_id AND resource_id IS NOT NULL
               UNION SELECT resource_id FROM booking WHERE booking.id = entitlement_id AND resource_id IS NOT NULL)
           AS resource_ids
  FROM grant_row
  JOIN pair USING (site_id, member_id)
  LEFT JOIN location ON location.id = grant_row.location_id
  LEFT JOIN connection ON connection.location_id = grant_row.location_id AND connection.site_id = grant_row.site_id
    AND connection.deleted_at IS NULL`;

/** Codes for a connection that waits for a person; it is one trouble, not one of each grant. */
const BROKEN: Readonly<Record<string, string>> = {
  needs_reconnect: 'connection_needs_reconnect',
  insufficient_permissions: 'insufficient_permissions',
  site_subscription_expired: 'site_subscription_expired',
};

/** A grant as the API tells of it. @param linkTo gives a workflow's address in Temporal UI, where there is one to show */
export function grantBodyOf(row: GrantView, linkTo: (workflowId: string) => string | null): GrantBody {
  const entitlement = { kind: row.entitlement_kind, id: row.entitlement_id };
  const workflowId = accessWorkflowId(entitlement);
  const local = (at: Date | null) =>
    at === null || row.time_zone === null ? null : describeInstant(at.getTime(), row.time_zone);
  return {
    id: row.id,
    version: Number(row.version),
    locationId: row.location_id,
    siteId: row.site_id,
    groupId: row.group_id,
    memberId: row.member_id,
    entitlement,
    status: row.status,
    opensAt: row.opens_at.toISOString(),
    closesAt: row.closes_at?.toISOString() ?? null,
    opensLocal: local(row.opens_at),
    closesLocal: local(row.closes_at),
    planIds: row.plan_ids,
    resourceIds: row.resource_ids,
    grantedAt: row.granted_at?.toISOString() ?? null,
    dueAt: row.due_at.toISOString(),
    isLate: row.is_late,
    problem: problemOf(row),
    warnings: warningsOf({ doorWarnings: row.door_warnings }).map((warning) => ({
      ...warning,
      ...doorRemedyFor(warning.reason, row.group_lint),
    })),
    groupProblems: row.group_lint.map((code) => ({ code, remedy: remedyFor(code) })),
    workflowId,
    workflowUrl: linkTo(workflowId),
  };
}

function problemOf(row: GrantView): GrantProblem | null {
  const broken = BROKEN[row.connection_status ?? ''];
  if (broken !== undefined && ['granting', 'retrying', 'revoking'].includes(row.status)) {
    const cause = 'The connection of the location waits for a person.';
    return { code: broken, cause, remedy: remedyFor(broken), attempts: row.attempts, nextAttemptAt: null };
  }
  if (row.error_code === null) return null;
  return {
    code: row.error_code,
    cause: row.error_message ?? row.error_code,
    remedy: remedyFor(row.error_code),
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
  };
}
