import { z } from 'zod';
import { measured } from '../../http/errors.ts';
import type { RoleCode, Site } from '../../state/sites.ts';

/** The fields of a user that may be sent. An empty e-mail is refused (measured): leave the key out. */
export const userFieldsSchema = z.object({
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  alias: z.string().min(1).optional(),
  email: z.email().optional(),
  role_ids: z.array(z.string()).min(1).optional(),
  blocked: z.boolean().optional(),
  use_pin: z.boolean().optional(),
  remote_access: z.boolean().optional(),
  expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
});

/** Role ids of this site as codes; 400 1101 for another site's. */
export function roleCodesOf(site: Site, roleIds: readonly string[]): RoleCode[] {
  return roleIds.map((id) => {
    const role = site.roles.find((candidate) => candidate.id === id);
    if (!role) throw measured.validation(`Role '${id}' does not exist on this site`);
    return role.code;
  });
}
