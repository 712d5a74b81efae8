/** What operators filter workflows by in Temporal UI. Keys of Temporal's typed search attributes. */
export const LocationId = { name: 'LocationId', type: 'KEYWORD' } as const;
export const SaltoSiteId = { name: 'SaltoSiteId', type: 'KEYWORD' } as const;
export const EntitlementKind = { name: 'EntitlementKind', type: 'KEYWORD' } as const;
export const AccessPhase = { name: 'AccessPhase', type: 'KEYWORD' } as const;
export const GrantHealth = { name: 'GrantHealth', type: 'KEYWORD' } as const;
export const CompanyId = { name: 'CompanyId', type: 'KEYWORD' } as const;
export const MemberIds = { name: 'MemberIds', type: 'KEYWORD_LIST' } as const;
export const WindowStart = { name: 'WindowStart', type: 'DATETIME' } as const;
export const WindowEnd = { name: 'WindowEnd', type: 'DATETIME' } as const;
export const NextActionAt = { name: 'NextActionAt', type: 'DATETIME' } as const;
