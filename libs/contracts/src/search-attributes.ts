/**
 * What operators filter workflows by in Temporal UI, with Temporal's types: ids and phases only, never names or
 * e-mails. Workflows upsert them; every namespace that runs them must have them.
 */
export const searchAttributes = {
  LocationId: 'Keyword',
  SaltoSiteId: 'Keyword',
  EntitlementKind: 'Keyword',
  AccessPhase: 'Keyword',
  GrantHealth: 'Keyword',
  CompanyId: 'Keyword',
  MemberIds: 'KeywordList',
  WindowStart: 'Datetime',
  WindowEnd: 'Datetime',
  NextActionAt: 'Datetime',
} as const;
