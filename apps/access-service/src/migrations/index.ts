import type { Migration } from '@latchkey/service-kit';
import { createFacts } from './0001-facts.ts';
import { createLedger } from './0002-ledger.ts';
import { createGrantOutbox } from './0003-outbox.ts';
import { createTombstonesAndSettings } from './0004-tombstones-and-settings.ts';
import { createComparison } from './0005-comparison.ts';
import { createKeyVisibility } from './0006-key-visibility.ts';
import { createRetriedRevisions } from './0007-retried-revisions.ts';
import { createDoorEvents } from './0008-door-events.ts';
import { createSiteChecks } from './0009-site-checks.ts';
import { createPlanApplications } from './0010-plan-applications.ts';
import { createComparedEpoch } from './0011-compared-epoch.ts';
import { createUndecidedFindings } from './0012-undecided-findings.ts';

/** In their order; only ever appended to. */
export const migrations: readonly Migration[] = [
  createFacts,
  createLedger,
  createGrantOutbox,
  createTombstonesAndSettings,
  createComparison,
  createKeyVisibility,
  createRetriedRevisions,
  createDoorEvents,
  createSiteChecks,
  createPlanApplications,
  createComparedEpoch,
  createUndecidedFindings,
];
