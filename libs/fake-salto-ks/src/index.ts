export { createFakeSaltoKs, type FakeSaltoKs, type FakeSaltoKsOptions } from './fake-salto-ks.ts';
export { demo, demoSeed } from './demo-seed.ts';
export type { SeedInput } from './seed.ts';
export { measuredDelays, type Settings } from './settings.ts';
export type { FaultRuleInput } from './faults/fault-rule.ts';
export type { LoadReport } from './load/load.ts';
export type { Call } from './control/call-log.ts';
export type { Entry } from './state/entries.ts';
export type { TapReason } from './door/tap.ts';
