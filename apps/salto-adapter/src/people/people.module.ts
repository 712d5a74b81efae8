import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { queriesOf } from '../database/queries.ts';
import { People } from './people.repository.ts';

const people = {
  provide: People,
  inject: [DataSource],
  useFactory: (dataSource: DataSource) => new People(queriesOf(dataSource)),
};

/** The copy of the gateway's people. */
@Module({ providers: [people], exports: [people] })
export class PeopleModule {}
