import { AuthModule, KafkaModule, OutboxModule, TransactionModule, databaseModule } from '@latchkey/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { AccountBinding } from './accounts/account-binding.ts';
import { AccountCallerResolver } from './accounts/account-caller.resolver.ts';
import { AccountEntity } from './accounts/account.entity.ts';
import { InvitationEntity } from './accounts/invitation.entity.ts';
import { InvitationsController } from './accounts/invitations.controller.ts';
import { MeController } from './accounts/me.controller.ts';
import { BookingChangesController } from './bookings/booking-changes.controller.ts';
import { BookingCancellation } from './bookings/booking-cancellation.ts';
import { BookingEntity } from './bookings/booking.entity.ts';
import { BookingInviting } from './bookings/booking-inviting.ts';
import { BookingMaking } from './bookings/booking-making.ts';
import { BookingMoving } from './bookings/booking-moving.ts';
import { BookingOpening } from './bookings/booking-opening.ts';
import { BookingPlacing } from './bookings/booking-placing.ts';
import { BookingRepository } from './bookings/booking.repository.ts';
import { BookingsController } from './bookings/bookings.controller.ts';
import { Invitees } from './bookings/invitees.ts';
import { Clock } from './clock.ts';
import { CompaniesController } from './companies/companies.controller.ts';
import { CompanyDeletion } from './companies/company-deletion.ts';
import { CompanyPeopleController } from './companies/company-people.controller.ts';
import { CompanyEntity } from './companies/company.entity.ts';
import { CompanyRepository } from './companies/company.repository.ts';
import type { GatewayConfig } from './config.ts';
import { DayPassBatchEntity } from './day-passes/day-pass-batch.entity.ts';
import { DayPassRepository } from './day-passes/day-pass.repository.ts';
import { DayPassesController } from './day-passes/day-passes.controller.ts';
import { AccessEndings } from './deletions/access-endings.ts';
import { AggregateRegistry } from './events/aggregate-registry.ts';
import { EventsController } from './events/events.controller.ts';
import { LocationDeletion } from './locations/location-deletion.ts';
import { LocationEntity } from './locations/location.entity.ts';
import { LocationRepository } from './locations/location.repository.ts';
import { LocationsController } from './locations/locations.controller.ts';
import { ZoneCorrection } from './locations/zone-correction.ts';
import { OccupancyRepository } from './occupancy/occupancy.repository.ts';
import { PeopleController } from './people/people.controller.ts';
import { PersonDeletion } from './people/person-deletion.ts';
import { PersonRolesController } from './people/person-roles.controller.ts';
import { PersonEntity } from './people/person.entity.ts';
import { PersonRepository } from './people/person.repository.ts';
import { PlanEntity } from './plans/plan.entity.ts';
import { PlanRepository } from './plans/plan.repository.ts';
import { PlansController } from './plans/plans.controller.ts';
import { ResourceDeletion } from './resources/resource-deletion.ts';
import { ResourceEntity } from './resources/resource.entity.ts';
import { ResourceRepository } from './resources/resource.repository.ts';
import { ResourcesController } from './resources/resources.controller.ts';
import { SubscriptionCancellation } from './subscriptions/subscription-cancellation.ts';
import { SubscriptionEditing } from './subscriptions/subscription-editing.ts';
import { SubscriptionEndingsController } from './subscriptions/subscription-endings.controller.ts';
import { SubscriptionMaking } from './subscriptions/subscription-making.ts';
import { SubscriptionSwitch } from './subscriptions/subscription-switch.ts';
import { SubscriptionEntity } from './subscriptions/subscription.entity.ts';
import { SubscriptionRepository } from './subscriptions/subscription.repository.ts';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.ts';

const entities = [
  AccountEntity,
  BookingEntity,
  CompanyEntity,
  DayPassBatchEntity,
  InvitationEntity,
  LocationEntity,
  PersonEntity,
  PlanEntity,
  ResourceEntity,
  SubscriptionEntity,
];

const repositories = [
  BookingRepository,
  CompanyRepository,
  DayPassRepository,
  LocationRepository,
  OccupancyRepository,
  PersonRepository,
  PlanRepository,
  ResourceRepository,
  SubscriptionRepository,
];

/** One module: the nouns need each other (a deletion ends what others gave), and folders tell them apart. */
@Module({
  controllers: [
    BookingChangesController,
    BookingsController,
    CompaniesController,
    CompanyPeopleController,
    DayPassesController,
    EventsController,
    InvitationsController,
    LocationsController,
    MeController,
    PeopleController,
    PersonRolesController,
    PlansController,
    ResourcesController,
    SubscriptionEndingsController,
    SubscriptionsController,
  ],
  providers: [
    ...repositories,
    AccessEndings,
    AccountBinding,
    AggregateRegistry,
    BookingCancellation,
    BookingInviting,
    BookingMaking,
    BookingMoving,
    BookingOpening,
    BookingPlacing,
    Clock,
    CompanyDeletion,
    Invitees,
    LocationDeletion,
    PersonDeletion,
    ResourceDeletion,
    SubscriptionCancellation,
    SubscriptionEditing,
    SubscriptionMaking,
    SubscriptionSwitch,
    ZoneCorrection,
  ],
})
export class AppModule {
  /** @param publishing gives `Outbox`, and sends what is in it; tests without a broker bring their own */
  static with(config: GatewayConfig, publishing = publishToKafka(config)): DynamicModule {
    return {
      module: AppModule,
      imports: [
        databaseModule({
          url: config.DATABASE_URL,
          entities,
          poolSize: config.DATABASE_POOL_SIZE,
          applicationName: 'billing-gateway',
        }),
        TransactionModule,
        ...publishing,
        AuthModule.forRoot({
          issuers: config.OIDC_ISSUERS,
          audience: config.OIDC_AUDIENCE,
          resolver: AccountCallerResolver,
        }),
      ],
    };
  }
}

function publishToKafka(config: GatewayConfig): DynamicModule[] {
  return [
    KafkaModule.forRoot({
      brokers: config.KAFKA_BROKERS,
      clientId: 'billing-gateway',
      topicPrefix: config.KAFKA_TOPIC_PREFIX,
    }),
    OutboxModule.forRoot({ source: 'urn:latchkey:billing-gateway' }),
  ];
}
