export type { Entitlement, EntitlementKind } from './entitlement.ts';
export { compareRevisions, type Revision } from './revision.ts';
