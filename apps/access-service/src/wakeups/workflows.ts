import type { Entitlement } from '@latchkey/access-domain';
import type { Cause } from '@latchkey/access-workflows';
import type { WakeupSignal } from '../ledger/wakeups.ts';

/** What the relay and the sweep need of Temporal. */
export abstract class Workflows {
  /** Makes the entitlement's workflow look again; starts one where none runs. Throws while Temporal is not reached. */
  abstract wake(entitlement: Entitlement, signal: WakeupSignal, cause: Cause): Promise<void>;

  /** Starts the entitlement's workflow, unless one runs. */
  abstract start(entitlement: Entitlement, cause: Cause): Promise<void>;

  /** The ids of all workflows that run, as far as Temporal's list has heard of them: one may be missing for a moment. */
  abstract running(): AsyncIterable<string>;
}
