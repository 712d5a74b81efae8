import { randomUUID } from 'node:crypto';
import type { demo } from '@latchkey/fake-salto-ks';
import type { AdapterRig } from './adapter-rig.ts';

/** Members whom Salto knows and the adapter has linked, made at once. @param inGroup a group that they are in by us */
export async function knownMembers(
  rig: AdapterRig,
  site: { readonly id: string; readonly groups: (typeof demo)['paris' | 'newYork']['groups'] },
  count: number,
  { inGroup }: { inGroup?: string } = {},
): Promise<string[]> {
  const members = Array.from({ length: count }, () => ({
    member_id: randomUUID(),
    platform_id: randomUUID(),
    site_user_id: randomUUID(),
  }));
  const state = rig.fake.state.sites.get(site.id)!;
  const { id, site_uid, customer_reference, time_zone, user_amount } = state;
  const people = { first_name: 'Ada', last_name: 'Lovelace' };
  rig.fake.seed({
    accounts: members.map((one) => ({ id: one.platform_id, email: `${one.member_id}@members.example`, ...people })),
    sites: [
      {
        ...{ id, site_uid, customer_reference, time_zone, user_amount, locks: [] },
        users: members.map((one) => ({ id: one.site_user_id, user_id: one.platform_id })),
      },
    ],
  });
  await rig.pool.query(
    `INSERT INTO salto_user (site_id, member_id, site_user_id, platform_id, origin, has_seat, linked_at)
     SELECT $1, member_id, site_user_id, platform_id, 'created', true, now() - interval '1 hour'
       FROM jsonb_to_recordset($2) AS member(member_id uuid, site_user_id text, platform_id text)`,
    [site.id, JSON.stringify(members)],
  );
  if (inGroup !== undefined) await join(rig, site.id, inGroup, members);
  return members.map(({ member_id: memberId }) => memberId);
}

async function join(
  rig: AdapterRig,
  siteId: string,
  groupId: string,
  members: readonly { member_id: string; platform_id: string }[],
): Promise<void> {
  const group = rig.fake.state.accessGroups.get(groupId);
  for (const { platform_id: platformId } of members) group?.setMember(platformId, true, Date.now());
  await rig.pool.query(
    `INSERT INTO group_intent (site_id, member_id, group_id, present_before)
     SELECT $1, member_id, $2, false FROM unnest($3::uuid[]) AS member_id`,
    [siteId, groupId, members.map(({ member_id: memberId }) => memberId)],
  );
}
