export {
  ACCESS_TASK_QUEUE,
  SALTO_TASK_QUEUE,
  type AccessPhase,
  type AccessPlan,
  type ApplyRequest,
  type ApplyResult,
  type DoorActivities,
  type DueRevision,
  type Failure,
  type GrantHealth,
  type GroupOutcome,
  type Pair,
  type PlanActivities,
  type PlanRequest,
  type PrepareRequest,
  type Removal,
  type RevisionOutcome,
  type Urgency,
  type WantedGroup,
} from './activities.ts';
export {
  accessWorkflowId,
  cancelledSignal,
  changedSignal,
  planQuery,
  retryNowUpdate,
  type AccessInput,
  type Cause,
} from './messages.ts';
export { accessWorkflowType, startOptions, wakeUpOptions, type StartFacts } from './start-options.ts';
export type {
  DecidedOwnership,
  GroupLintCode,
  GroupLook,
  LookRequest,
  OwnershipRequest,
  PlannedLook,
  SiteActivities,
  SiteCheckActivities,
  SiteCheckPlan,
  SiteCheckRequest,
  SiteCheckVerdict,
  SiteCheckVerdictRequest,
} from './site-check/activities.ts';
export { siteCheckSchedule, siteCheckScheduleId, siteOfSchedule } from './site-check/schedule.ts';
export type {
  DisconnectionActivities,
  DisconnectionInput,
  DisconnectionRequest,
  DisconnectionStep,
  LeavingActivities,
  ReadBackRequest,
} from './disconnection/activities.ts';
export { disconnectionOptions, disconnectionWorkflowId, waitNoLongerSignal } from './disconnection/messages.ts';
