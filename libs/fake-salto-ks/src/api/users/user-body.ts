import { z } from 'zod';
import { measured } from '../../http/errors.ts';
import type { SiteUser } from '../../state/site-users.ts';
import type { RoleCode, Site } from '../../state/sites.ts';

/** An instant after which a user or a guest is not let in. */
export const expirySchema = z.iso.datetime({ offset: true }).nullable();

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
  expires_at: expirySchema.optional(),
  tag_id: z.string().min(1).nullable().optional(),
  // Checked and without effect here: they are about locks that stay open.
  override_privacy_mode: z.boolean().optional(),
  toggle_easy_office_mode: z.boolean().optional(),
  toggle_manual_office_mode: z.boolean().optional(),
});

const own = ['alias', 'blocked', 'use_pin', 'remote_access', 'expires_at', 'tag_id'] as const;
type OwnFields = Partial<Pick<SiteUser, (typeof own)[number]>>;

/** Of the sent fields, those that belong to the site user and not to the account. */
export function ownFields(body: z.infer<typeof userFieldsSchema>): OwnFields {
  const sent = own.filter((name) => body[name] !== undefined);
  return Object.fromEntries(sent.map((name) => [name, body[name]]));
}

/** Role ids of this site as codes; 400 1101 for another site's. */
export function roleCodesOf(site: Site, roleIds: readonly string[]): RoleCode[] {
  return roleIds.map((id) => {
    const role = site.roles.find((candidate) => candidate.id === id);
    if (!role) throw measured.validation(`Role '${id}' does not exist on this site`);
    return role.code;
  });
}
