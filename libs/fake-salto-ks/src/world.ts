import type { CallLog } from './control/call-log.ts';
import type { FaultRules } from './faults/fault-rules.ts';
import type { LateWrites } from './faults/late-writes.ts';
import type { EventHub } from './hub/event-hub.ts';
import type { IdentityServer } from './identity/identity-server.ts';
import type { Identity } from './identity/identity.ts';
import type { Load } from './load/load.ts';
import type { LiveFeed } from './page/live-feed.ts';
import type { SecondIntegration } from './second-integration/second-integration.ts';
import type { Changes } from './state/changes.ts';
import type { State } from './state/state.ts';

/** What one fake Salto KS consists of, for its routes. */
export interface World {
  state: State;
  identity: Identity;
  identityServer: IdentityServer;
  faults: FaultRules;
  lateWrites: LateWrites;
  calls: CallLog;
  load: Load;
  hub: EventHub;
  secondIntegration: SecondIntegration;
  changes: Changes;
  liveFeed: LiveFeed;
  /** The base URL: the issuer of tokens, the API and the controls are all below it. */
  url: () => string;
  /** Epoch ms. */
  now: () => number;
  /** Aborted when the fake closes: nothing is worth waiting for any more. */
  closing: AbortSignal;
}
