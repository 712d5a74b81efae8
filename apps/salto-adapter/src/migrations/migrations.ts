import type { Migration } from '@latchkey/service-kit';
import { connections } from './0001-connections.ts';
import { people } from './0002-people.ts';
import { fence } from './0003-fence.ts';
import { events } from './0004-events.ts';
import { consents } from './0005-consents.ts';
import { connectionChecks } from './0006-connection-checks.ts';
import { upkeep } from './0007-upkeep.ts';
import { budgets } from './0009-budgets.ts';
import { entries } from './0010-entries.ts';
import { adoption } from './0011-adoption.ts';
import { disconnections } from './0012-disconnections.ts';
import { userCreations } from './0013-user-creations.ts';
import { knownPeople } from './0014-known-people.ts';
import { intentOutcome } from './0015-intent-outcome.ts';

/** All migrations, in their order. */
export const migrations: readonly Migration[] = [
  connections,
  people,
  fence,
  events,
  consents,
  connectionChecks,
  upkeep,
  budgets,
  entries,
  adoption,
  disconnections,
  userCreations,
  knownPeople,
  intentOutcome,
];
