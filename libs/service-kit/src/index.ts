export { Allow, Public, requireScope, type AccessRule } from './auth/access-rule.ts';
export { AuthModule, type AuthOptions } from './auth/auth.module.ts';
export type { Account, Caller, Person, PersonCaller, ServiceCaller, UnboundCaller } from './auth/caller.ts';
export { CallerResolver, type VerifiedToken } from './auth/caller-resolver.ts';
export { CurrentCaller } from './auth/current-caller.ts';
export { mayAdminister, requireAdministratorOf, requireSelfOrAdministrator } from './auth/location-rights.ts';
export { ServiceTokens, type ServiceTokensOptions } from './auth/service-tokens.ts';
export { ConfigError, readConfig } from './config/read-config.ts';
export {
  baseConfig,
  commaList,
  durationMs,
  port,
  postgresUrl,
  secretKey,
  url,
  type ProcessConfig,
} from './config/settings.ts';
export { advisoryLock, tryAdvisoryLock } from './database/advisory-lock.ts';
export { instant, int8 } from './database/column-types.ts';
export { databaseModule, typeOrmOptions, type DatabaseOptions } from './database/database.module.ts';
export { migrateProcess } from './database/migrate-process.ts';
export { migration, type Migration } from './database/migration.ts';
export { runMigrations } from './database/run-migrations.ts';
export { SnakeCaseStrategy } from './database/snake-case.strategy.ts';
export { inTransaction, onCommit } from './database/transaction.ts';
export { ReadinessChecks, type CheckState } from './health/readiness-checks.ts';
export { Answers } from './http/answers.decorator.ts';
export type { DocsOptions } from './http/openapi.ts';
export type { Route } from './http/routes.ts';
export { createService, type Service, type ServiceOptions } from './http/service.ts';
export { forgetAnswersAbout } from './idempotency/idempotency-keys.ts';
export { createIdempotencyKeyTable } from './idempotency/idempotency.migration.ts';
export { NotIdempotent, Transaction } from './idempotency/transaction.decorator.ts';
export { TransactionModule } from './idempotency/transaction.module.ts';
export { applyTopics, type AppliedTopics } from './kafka/apply-topics.ts';
export { encodeEvent, decodeEvent, type EventRecord, type RawRecord } from './kafka/cloud-events.ts';
export { DeadLetters, type DeadLettersOptions, type Redriven } from './kafka/dead-letters.ts';
export { createRedrivenDeadLetters } from './kafka/dead-letters.migration.ts';
export { MalformedEvent, PermanentlyRejected, UnknownEventVersion } from './kafka/event-errors.ts';
export type { EventContext, HandledAs, Received, ReceivedEvent } from './kafka/event.ts';
export { connectEvents, EventConsumerStrategy } from './kafka/event-consumer.strategy.ts';
export { KafkaClient, type KafkaOptions } from './kafka/kafka-client.ts';
export { KafkaModule, type KafkaModuleOptions } from './kafka/kafka.module.ts';
export { OnEvent } from './kafka/on-event.decorator.ts';
export { readTopics } from './kafka/read-topic.ts';
export { runDeadLetters } from './kafka/run-dead-letters.ts';
export { compareVersions, type VersionCheck } from './kafka/version-check.ts';
export { configureLogging, logger, type Log, type LoggingOptions } from './logging/logger.ts';
export { withLogFields } from './logging/log-scope.ts';
export { metrics, type Labels, type Metrics, type Sample } from './metrics/metrics.ts';
export { createOutbox } from './outbox/outbox.migration.ts';
export { OutboxModule, type OutboxModuleOptions } from './outbox/outbox.module.ts';
export { Outbox, type AggregateChange } from './outbox/outbox.ts';
export { page, pageOf, pageQuery, positionAfter, type Page } from './paging/page.ts';
export {
  databaseProblem,
  isDatabaseUnavailable,
  violatedConstraint,
  type ConstraintProblems,
} from './problems/database-problem.ts';
export { problemDocument } from './problems/problem-document.ts';
export { Problem, type FieldError, type ProblemOptions } from './problems/problem.ts';
export {
  badRequest,
  conflict,
  forbidden,
  invalid,
  notFound,
  preconditionRequired,
  unauthorized,
  unavailable,
  unprocessable,
  versionConflict,
} from './problems/refusals.ts';
export { runProcess } from './shutdown/run-process.ts';
export { together } from './database/together.ts';
export { toActivityFailure, type CodedError } from './temporal/activity-failure.ts';
export { readTemporalConfig, temporalConfig, type TemporalConfig } from './temporal/config.ts';
export { setUpNamespace } from './temporal/namespace.ts';
export { TemporalClientModule } from './temporal/temporal-client.module.ts';
export { TemporalWorkerModule, type TemporalWorkerModuleOptions } from './temporal/temporal-worker.module.ts';
export { TemporalWorker, type TemporalWorkerOptions } from './temporal/temporal-worker.ts';
export { startTracing, type Tracing } from './tracing/start-tracing.ts';
export { currentTraceId, currentTraceparent, withTraceparent } from './tracing/trace-context.ts';
export { etag, IfMatch, requireVersion } from './versions/if-match.ts';
