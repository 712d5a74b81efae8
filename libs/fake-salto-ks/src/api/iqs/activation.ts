import { activationId, type IqActivation } from '../../state/iqs.ts';
import type { SiteCall } from '../api-route.ts';
import { findIq } from './iq-view.ts';

/** What the caller is at the IQ of the path's `:iq`; undefined before the secret was asked for. */
export function findActivation(call: SiteCall<unknown>): IqActivation | undefined {
  return call.state.iqActivations.get(activationId(findIq(call).id, call.caller.id));
}
