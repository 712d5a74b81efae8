import { pinAtLock } from '../state/pins.ts';
import type { State } from '../state/state.ts';
import { usersAtLock } from './users-at-lock.ts';

/** What is held to a lock: a PIN is typed, a mobile key is sent by a phone. */
export interface Credential {
  pin?: string | undefined;
  mkey_data?: string | undefined;
}

/** Whose key it is for the locks of a site (platform id); undefined for one that no lock there knows. `now` is epoch ms. */
export function holderOf(
  state: State,
  siteId: string,
  { pin, mkey_data }: Credential,
  now: number,
): string | undefined {
  if (pin !== undefined) return usersAtLock(state, siteId, now).find((user) => pinAtLock(user, now) === pin)?.user_id;
  if (mkey_data === undefined) return undefined;
  return state.devices.all().find((device) => device.mkey_data === mkey_data)?.account_id;
}
