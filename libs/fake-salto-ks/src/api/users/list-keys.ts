import { listAnswer } from '../../http/odata/list.ts';
import type { SiteUser } from '../../state/site-users.ts';
import { siteRoute } from '../api-route.ts';
import { findUser } from './find-user.ts';

interface Key {
  type: 'pin' | 'tag';
  key_identifier: string;
  expiry_date: string | null;
  offline_access: boolean;
}

/** What opens doors for a user: the PIN without its digits (measured), and a tag (its shape is a guess). */
export const listKeys = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/users/:user/keys',
  handle: (call) =>
    listAnswer(call.incoming, { items: keysOf(findUser(call)), view: (key) => key, fields: ['type', 'expiry_date'] }),
});

function keysOf({ pin, tag_id }: SiteUser): Key[] {
  const keys: Key[] = [];
  if (pin) keys.push({ type: 'pin', key_identifier: 'pin', expiry_date: pin.expiry_date, offline_access: false });
  if (tag_id !== null) keys.push({ type: 'tag', key_identifier: tag_id, expiry_date: null, offline_access: true });
  return keys;
}
