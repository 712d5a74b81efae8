import { guessed } from '../../http/errors.ts';
import type { Device } from '../../state/devices.ts';
import type { AccountCall } from '../api-route.ts';

export const deviceFields = ['id', 'device_uid', 'device_name'];

/** A device as its owner sees it. `device_uid` is known from a public client, the other names are guesses. */
export function deviceView({ id, device_uid, device_name, public_key }: Device) {
  return { id, device_uid, device_name, has_certificate: public_key !== null };
}

/** The device of the path's `:device`, if it is the caller's: somebody else's is as unknown as one that is not there. */
export function findOwnDevice({ state, caller, param }: AccountCall<unknown>): Device {
  const device = state.devices.get(param('device'));
  if (device?.account_id !== caller.id) throw guessed.notFound('Device');
  return device;
}
