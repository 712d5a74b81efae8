import type { Entitlement } from '@latchkey/access-domain';
import { notFound, requireAdministratorOf, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** As many as one request retries; asking again retries the next. */
const LIMIT = 1_000;

const failing = (where: string) => `
  SELECT DISTINCT entitlement_kind AS kind, entitlement_id AS id FROM grant_row
  WHERE ${where} AND phase IN ('open', 'revoking') AND error_code IS NOT NULL LIMIT ${LIMIT}`;

/** Finds what waits for its next attempt, or for a person. */
@Injectable()
export class FailingEntitlements {
  constructor(private readonly dataSource: DataSource) {}

  /** The entitlement of one grant, failing or not. @throws Problem 404 `grant_not_found` */
  async ofGrant(caller: Caller, id: string): Promise<Entitlement> {
    const [row]: (Entitlement & { location_id: string })[] = await this.dataSource.query(
      'SELECT entitlement_kind AS kind, entitlement_id AS id, location_id FROM grant_row WHERE id = $1',
      [id],
    );
    if (row === undefined) throw notFound('grant', id);
    requireAdministratorOf(caller, row.location_id, { kind: 'grant', id });
    return { kind: row.kind, id: row.id };
  }

  /** @param locationIds where the caller may retry; `*` for everywhere */
  ofMember(memberId: string, locationIds: readonly string[] | '*'): Promise<Entitlement[]> {
    const everywhere = locationIds === '*';
    return this.dataSource.query(failing(`member_id = $1 AND ($2 OR location_id = ANY($3::uuid[]))`), [
      memberId,
      everywhere,
      everywhere ? [] : locationIds,
    ]);
  }

  ofLocation(locationId: string): Promise<Entitlement[]> {
    return this.dataSource.query(failing('location_id = $1'), [locationId]);
  }
}
