export { eventually, type EventuallyOptions } from './eventually.ts';
export { dropDatabasesAndRoles } from './drop-databases.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { createTestNamespace, type TestNamespace } from './test-namespace.ts';
export { testStack, type TestStackAddresses } from './test-stack.ts';
export { skipTime, skipTimeBy } from './time-skipping.ts';
export { TEST_AUDIENCE, createTestIssuer, type TestIssuer, type TokenClaims } from './test-issuer.ts';
export { ApiClient, bodyOf, type Answer, type ProblemBody, type SendOptions } from './api-client.ts';
export { CutProxy } from './cut-proxy.ts';
