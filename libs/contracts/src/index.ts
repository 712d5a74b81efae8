export { connectionEvents, connectionState, connectionStatus, type ConnectionState } from './access/connection.ts';
export { entitlementKind, grantEvents, grantState, grantStatus, type GrantState } from './access/grant.ts';
export { bookingEvents, bookingState, type BookingState } from './billing/booking.ts';
export { companyEvents, companyState, type CompanyState } from './billing/company.ts';
export { locationEvents, locationState, type LocationState } from './billing/location.ts';
export { personEvents, personState, type PersonState } from './billing/person.ts';
export { planEvents, planState, type PlanState } from './billing/plan.ts';
export {
  resourceEvents,
  resourceKind,
  resourceState,
  type ResourceKind,
  type ResourceState,
} from './billing/resource.ts';
export {
  paymentStatus,
  subscriptionEvents,
  subscriptionHolder,
  subscriptionItem,
  subscriptionState,
  type SubscriptionState,
} from './billing/subscription.ts';
export { defineAggregate, deletedState, type AggregateName, type EventData, type EventDefinition } from './event.ts';
export { eventDefinitions } from './events.ts';
export {
  deadLetterTopic,
  topicDeclarations,
  topics,
  type ConsumerGroup,
  type TopicDeclaration,
  type TopicName,
} from './topics.ts';
export { searchAttributes } from './search-attributes.ts';
export { calendarDate, instant, timeZone, wallTime } from './values.ts';
