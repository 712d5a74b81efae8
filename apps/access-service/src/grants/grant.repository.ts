import type { GrantBody } from '@latchkey/contracts';
import { page, positionAfter, type Page } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { GrantQuery } from './grant.schemas.ts';
import { grantBodyOf, selectGrants, type GrantView } from './grant-view.ts';
import { WorkflowLinks } from './workflow-links.ts';

/** Of whose and of which grants a caller may hear. */
export interface GrantScope {
  readonly locationIds: readonly string[] | '*';
  readonly memberId?: string;
  readonly entitlement?: GrantBody['entitlement'];
  readonly id?: string;
}

const position = z.tuple([z.iso.datetime(), z.uuid()]);

/** Reads the ledger for people, newest window first. */
@Injectable()
export class GrantRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly links: WorkflowLinks,
  ) {}

  /** @param isOperated whether the reader runs things: only then are links to workflows of use */
  async list(scope: GrantScope, query: GrantQuery, isOperated: boolean): Promise<Page<GrantBody>> {
    const where = new Conditions();
    if (scope.locationIds !== '*') where.add((at) => `grant_row.location_id = ANY(${at}::uuid[])`, scope.locationIds);
    where.given(scope.memberId, (at) => `grant_row.member_id = ${at}`);
    where.given(scope.entitlement?.kind, (at) => `entitlement_kind = ${at}`);
    where.given(scope.entitlement?.id, (at) => `entitlement_id = ${at}`);
    where.given(scope.id, (at) => `grant_row.id = ${at}`);
    filter(where, query);
    const rows: GrantView[] = await this.dataSource.query(
      `${selectGrants} WHERE ${where.text} ORDER BY opens_at DESC, grant_row.id DESC LIMIT ${query.limit + 1}`,
      where.parameters,
    );
    const { items, nextCursor } = page(rows, query.limit, (row) => [row.opens_at.toISOString(), row.id]);
    const linkTo = (workflowId: string) => (isOperated ? this.links.to(workflowId) : null);
    return { items: items.map((row) => grantBodyOf(row, linkTo)), ...(nextCursor !== undefined && { nextCursor }) };
  }
}

function filter(where: Conditions, query: GrantQuery): void {
  where.given(query.locationId, (at) => `grant_row.location_id = ${at}`);
  where.given(query.groupId, (at) => `group_id = ${at}`);
  if (query.status === 'current') where.add(() => `phase <> 'ended'`);
  else where.given(query.status, (at) => `grant_row.status = ${at}`);
  const after = positionAfter(query.cursor, position);
  if (after === undefined) return;
  where.add(
    (at) => `(opens_at, grant_row.id) < (SELECT (${at}::jsonb ->> 0)::timestamptz, (${at}::jsonb ->> 1)::uuid)`,
    JSON.stringify(after),
  );
}

/** Conditions of one query with their parameters. */
class Conditions {
  readonly parameters: unknown[] = [];
  readonly #conditions: string[] = [];

  get text(): string {
    return this.#conditions.join(' AND ') || 'true';
  }

  add(condition: (placeholder: string) => string, ...parameter: [unknown?]): void {
    this.parameters.push(...parameter);
    this.#conditions.push(condition(`$${this.parameters.length}`));
  }

  given(value: string | undefined, condition: (placeholder: string) => string): void {
    if (value !== undefined) this.add(condition, value);
  }
}
