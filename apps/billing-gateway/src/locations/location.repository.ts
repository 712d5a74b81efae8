import { locationEvents, type LocationState } from '@latchkey/contracts';
import { Outbox } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../aggregates/aggregate.repository.ts';
import { LocationEntity, locationStateOf } from './location.entity.ts';

@Injectable()
export class LocationRepository extends AggregateRepository<LocationEntity, LocationState> {
  readonly kind = 'location';
  protected readonly entity = LocationEntity;
  protected readonly events = locationEvents;
  protected readonly stateOf = locationStateOf;

  constructor(outbox: Outbox) {
    super(outbox);
  }

  protected erase(row: LocationEntity): void {
    row.name = null;
  }
}
