import { guessed } from '../../http/errors.ts';
import type { AccessGroup } from '../../state/access-groups.ts';
import type { SiteCall } from '../api-route.ts';

/** The access group of the path's `:group` on the call's site. */
export function findAccessGroup({ state, site, param }: SiteCall<unknown>): AccessGroup {
  const group = state.accessGroups.get(param('group'));
  if (group?.site_id !== site.id) throw guessed.notFound('Access group');
  return group;
}

export const accessGroupView = ({ id, customer_reference }: AccessGroup) => ({ id, customer_reference });
