import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessEndings } from '../deletions/access-endings.ts';
import type { ResourceEntity } from './resource.entity.ts';
import { ResourceRepository } from './resource.repository.ts';

/** Ends the rentals and bookings of a resource, then deletes it (S5.7). */
@Injectable()
export class ResourceDeletion {
  constructor(
    private readonly resources: ResourceRepository,
    private readonly endings: AccessEndings,
  ) {}

  /** @param resource locked for update, so that nothing new is made on it meanwhile */
  async delete(em: EntityManager, resource: ResourceEntity, now: number): Promise<void> {
    await this.endings.endRentals(em, resource.id, now);
    await this.endings.cancelBookings(em, { resourceId: resource.id }, now);
    await this.resources.bury(em, resource, now);
  }
}
