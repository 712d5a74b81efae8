import { resourceEvents, type ResourceState } from '@latchkey/contracts';
import { Outbox } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AggregateRepository } from '../aggregates/aggregate.repository.ts';
import { ResourceEntity, resourceStateOf } from './resource.entity.ts';

@Injectable()
export class ResourceRepository extends AggregateRepository<ResourceEntity, ResourceState> {
  readonly kind = 'resource';
  protected readonly entity = ResourceEntity;
  protected readonly events = resourceEvents;
  protected readonly stateOf = resourceStateOf;

  constructor(outbox: Outbox) {
    super(outbox);
  }

  /** Locks rows for changes of what is held, tombstones among them: old rentals may name a resource that is gone. */
  async lockForOccupancy(em: EntityManager, ids: readonly string[]): Promise<void> {
    await em.query('SELECT FROM resource WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [ids]);
  }

  /** Locks every resource of a location, for a change of all that is held there. */
  async lockLocation(em: EntityManager, locationId: string): Promise<void> {
    await em.query('SELECT FROM resource WHERE location_id = $1 ORDER BY id FOR UPDATE', [locationId]);
  }

  /** Whom the room was bookable by is about people: it goes. */
  protected erase(row: ResourceEntity): void {
    row.bookableBy = { kind: 'nobody' };
  }
}
