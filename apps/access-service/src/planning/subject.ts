import type { Entitlement } from '@latchkey/access-domain';
import type { Pair } from '@latchkey/access-workflows';
import type { EntityManager } from 'typeorm';
import { prepared } from '../ledger/prepared.ts';

/** An entitlement, as its facts are known now. */
export interface Subject {
  readonly entitlement: Entitlement;
  readonly locationId: string | null;
  readonly timeZone: string | null;
  readonly companyId: string | null;
  /** Null while the location is not connected. */
  readonly siteId: string | null;
  readonly memberIds: readonly string[];
}

interface SubjectRow {
  location_id: string;
  time_zone: string | null;
  company_id: string | null;
  site_id: string | null;
  member_ids: string[];
}

const MEMBERS = {
  booking: `SELECT person_id FROM booking_person WHERE booking_id = subject.id`,
  subscription: `SELECT person_id FROM company_person WHERE company_id = subject.company_id
                 UNION SELECT subject.person_id WHERE subject.person_id IS NOT NULL`,
};

/** What the facts say of an entitlement; one that is not known, or deleted, concerns nobody. */
export async function readSubject(em: EntityManager, entitlement: Entitlement): Promise<Subject> {
  const { kind, id } = entitlement;
  const rows: SubjectRow[] =
    kind === 'manual'
      ? []
      : await prepared(
          em,
          `subject-${kind}`,
          `SELECT subject.location_id, subject.company_id, location.time_zone, connection.site_id,
                  ARRAY(${MEMBERS[kind]} ORDER BY 1) AS member_ids
           FROM ${kind} AS subject
           LEFT JOIN location ON location.id = subject.location_id
           LEFT JOIN connection ON connection.location_id = subject.location_id
             AND connection.deleted_at IS NULL AND connection.status <> 'disconnected'
           WHERE subject.id = $1 AND subject.deleted_at IS NULL`,
          [id],
        );
  const row = rows[0];
  return {
    entitlement,
    locationId: row?.location_id ?? null,
    timeZone: row?.time_zone ?? null,
    companyId: row?.company_id ?? null,
    siteId: row?.site_id ?? null,
    memberIds: row?.member_ids ?? [],
  };
}

/** The pairs of an entitlement's members, as the facts know them. */
export function pairsOf({ siteId, memberIds }: Subject): Pair[] {
  return siteId === null ? [] : memberIds.map((memberId) => ({ siteId, memberId }));
}

/**
 * The pairs that an entitlement answers for beyond its members: those that it has rows of, and those whose newest
 * revision it caused and nobody has confirmed, or is to be taken anew (its row may be gone by then).
 */
export async function knownPairs(em: EntityManager, { kind, id }: Entitlement): Promise<Pair[]> {
  const rows = await prepared<{ site_id: string; member_id: string }>(
    em,
    'known-pairs',
    `SELECT site_id, member_id FROM grant_row
     WHERE entitlement_kind = $1 AND entitlement_id = $2 AND phase IN ('open', 'revoking')
     UNION
     SELECT site_id, member_id FROM pair WHERE caused_by_kind = $1 AND caused_by_id = $2
       AND (NOT is_confirmed OR forced_urgency IS NOT NULL OR epoch < (SELECT epoch FROM installation))`,
    [kind, id],
  );
  return rows.map((row) => ({ siteId: row.site_id, memberId: row.member_id }));
}
