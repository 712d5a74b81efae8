export {
  connectionEvents,
  connectionState,
  connectionStatus,
  keyRole,
  keyRoles,
  keyVisibility,
  type ConnectionState,
  type KeyRole,
} from './access/connection.ts';
export {
  entryEvents,
  entryOutcome,
  entryState,
  refusalReason,
  type EntryState,
  type RefusalReason,
} from './access/entry.ts';
export { failureCodes, type FailureCode } from './access/failure-code.ts';
export {
  entitlementKind,
  grantEvents,
  grantState,
  grantStatus,
  type GrantState,
  type GrantWarning,
} from './access/grant.ts';
export { remedyFor } from './access/remedies.ts';
export { linkDecision, linkEvents, linkState, type LinkDecision, type LinkState } from './access/link.ts';
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
export {
  defineAggregate,
  deletedState,
  subjectOf,
  type AggregateName,
  type EventData,
  type EventDefinition,
} from './event.ts';
export { eventDefinitions } from './events.ts';
export {
  deadLetterTopic,
  ENTRIES_KEPT_DAYS,
  topicDeclarations,
  topics,
  type ConsumerGroup,
  type TopicDeclaration,
  type TopicName,
} from './topics.ts';
export { searchAttributes } from './search-attributes.ts';
export { calendarDate, instant, timeZone, uuid, wallTime } from './values.ts';
export {
  accessChoice,
  accessSettingBody,
  groupId,
  type AccessChoice,
  type AccessSettingBody,
} from './access-api/access-setting.ts';
export { doorEventBody, doorEventPage, type DoorEventBody } from './access-api/door-event.ts';
export {
  planApplicationAnswer,
  planApplicationRequest,
  type PlanApplicationAnswer,
  type PlanApplicationRequest,
  type PlanApplicationState,
} from './access-api/plan-application.ts';
export { entitledMembers, type EntitledMembers } from './access-api/entitled-member.ts';
export {
  grantBody,
  grantPage,
  grantProblem,
  grantStatusFilter,
  grantWarningBody,
  retryAnswer,
  type GrantBody,
  type GrantProblem,
  type RetryAnswer,
} from './access-api/grant.ts';
export {
  checkedGroup,
  driftAction,
  driftDecision,
  driftDecisionAnswer,
  driftDecisionRequest,
  driftFindingBody,
  driftFindingPage,
  driftKind,
  groupLintCode,
  siteCheckBody,
  type CheckedGroup,
  type DriftDecision,
  type DriftDecisionAnswer,
  type DriftDecisionRequest,
  type DriftFindingBody,
  type SiteCheckBody,
} from './access-api/site-check.ts';
export { meBody, newAccount, type MeBody, type NewAccount } from './billing-api/account.ts';
export { aggregateBody, displayName, edit, pageOf } from './billing-api/common.ts';
export {
  bookingBody,
  bookingEdit,
  bookingPage,
  bookingSwap,
  newBooking,
  newInvitee,
  swappedBookings,
  type BookingBody,
  type BookingEdit,
  type BookingSwap,
  type NewBooking,
  type NewInvitee,
  type SwappedBookings,
} from './billing-api/booking.ts';
export {
  companyBody,
  companyEdit,
  companyPage,
  companyPerson,
  companyRole,
  newCompany,
  type CompanyBody,
  type CompanyEdit,
  type CompanyPerson,
  type CompanyRole,
  type NewCompany,
} from './billing-api/company.ts';
export {
  dayPassBalance,
  dayPassBatchBody,
  dayPassBatchPage,
  newDayPassBatch,
  type DayPassBalance,
  type DayPassBatchBody,
  type NewDayPassBatch,
} from './billing-api/day-pass.ts';
export {
  aggregateVersions,
  billingAggregate,
  presentEvent,
  resyncAnswer,
  resyncRequest,
  type AggregateVersions,
  type BillingAggregate,
  type PresentEvent,
  type ResyncRequest,
} from './billing-api/events.ts';
export {
  locationBody,
  locationEdit,
  locationPage,
  newLocation,
  type LocationBody,
  type LocationEdit,
  type NewLocation,
} from './billing-api/location.ts';
export {
  invitationBody,
  newInvitation,
  newPerson,
  personBody,
  personEdit,
  personPage,
  personRoles,
  type InvitationBody,
  type NewInvitation,
  type NewPerson,
  type PersonBody,
  type PersonEdit,
  type PersonRoles,
} from './billing-api/person.ts';
export {
  newPlan,
  planBody,
  planEdit,
  planPage,
  type NewPlan,
  type PlanBody,
  type PlanEdit,
} from './billing-api/plan.ts';
export {
  bookableBy,
  newResource,
  resourceBody,
  resourceEdit,
  resourcePage,
  type BookableBy,
  type NewResource,
  type ResourceBody,
  type ResourceEdit,
} from './billing-api/resource.ts';
export {
  newSubscription,
  newSubscriptionItem,
  subscriptionBody,
  subscriptionCancellation,
  subscriptionEdit,
  subscriptionPage,
  subscriptionReplacement,
  subscriptionSwitch,
  type NewSubscription,
  type NewSubscriptionItem,
  type SubscriptionBody,
  type SubscriptionCancellation,
  type SubscriptionEdit,
  type SubscriptionReplacement,
} from './billing-api/subscription.ts';
export {
  settingsCheck,
  settingsCheckAnswer,
  type SettingsCheck,
  type SettingsCheckAnswer,
} from './access-api/settings-check.ts';
export * from './connection-api/index.ts';
