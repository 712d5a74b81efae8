import { uuid } from '@latchkey/contracts';
import { page, positionAfter, type Page } from '@latchkey/service-kit';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { z } from 'zod';
import type { AggregateEntity } from './aggregate.entity.ts';

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const position = z.tuple([uuid]);

/**
 * A page of the aggregates of a kind that are not deleted, oldest first. `narrow` adds conditions; columns are those of
 * the alias named like the table.
 * @throws Problem 400 `cursor_invalid`
 */
export async function listAggregates<Row extends AggregateEntity>(
  em: EntityManager,
  entity: new () => Row,
  { limit, cursor }: PageRequest,
  narrow: (query: SelectQueryBuilder<Row>) => void,
): Promise<Page<Row>> {
  const alias = em.connection.getMetadata(entity).tableName;
  const query = em
    .createQueryBuilder(entity, alias)
    .where(`${alias}.deletedAt IS NULL`)
    .orderBy(`${alias}.id`)
    .take(limit + 1);
  const after = positionAfter(cursor, position);
  if (after !== undefined) query.andWhere(`${alias}.id > :after`, { after: after[0] });
  narrow(query);
  return page(await query.getMany(), limit, (row) => [row.id]);
}

/** The page with each row as it is answered. */
export function mapPage<Row, Body>({ items, ...rest }: Page<Row>, toBody: (row: Row) => Body): Page<Body> {
  return { ...rest, items: items.map(toBody) };
}
