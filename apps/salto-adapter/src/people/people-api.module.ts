import { Outbox } from '@latchkey/service-kit';
import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { queriesOf } from '../database/queries.ts';
import { Sealer } from '../encryption/sealer.ts';
import { EndPolicyController } from './end-policy.controller.ts';
import { EndPolicies } from './end-policy.repository.ts';
import { LinkProposalsController } from './link-proposals.controller.ts';
import { LinkProposals } from './link-proposals.ts';
import { registerPeopleMetrics } from './people-metrics.ts';
import { SaltoUserList } from './salto-user-list.ts';
import { SaltoUsersController } from './salto-users.controller.ts';

/** What administrators see and decide about members' Salto users. Needs `ConnectionsModule` and an `Outbox`. */
@Module({
  controllers: [EndPolicyController, LinkProposalsController, SaltoUsersController],
  providers: [
    {
      provide: EndPolicies,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new EndPolicies(queriesOf(dataSource)),
    },
    {
      provide: LinkProposals,
      inject: [DataSource, Sealer, Outbox],
      useFactory: (dataSource: DataSource, sealer: Sealer, outbox: Outbox) =>
        new LinkProposals(queriesOf(dataSource), sealer, outbox),
    },
    {
      provide: SaltoUserList,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new SaltoUserList(queriesOf(dataSource)),
    },
  ],
  exports: [LinkProposals],
})
export class PeopleApiModule {
  constructor(dataSource: DataSource) {
    registerPeopleMetrics(queriesOf(dataSource));
  }
}
