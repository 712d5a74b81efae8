import { namePrefix } from './lab.ts';
import { listAll } from './list-all.ts';
import type { Session } from './session.ts';

const isOurs = (name: unknown) => typeof name === 'string' && name.startsWith(namePrefix);

/**
 * Deletes what carries the suite's name: leftovers of checks that failed in the middle, also of earlier runs. How many
 * there were; throws when one resists. So two runs at once on one site would disturb each other.
 */
export async function sweep(session: Session): Promise<number> {
  const groups = (await listAll(session, 'access_groups')).filter((group) => isOurs(group.customer_reference));
  const users = (await listAll(session, 'users')).filter((user) => isOurs(user.alias));
  const paths = [
    ...groups.map(({ id }) => `access_groups/${String(id)}`),
    ...users.map(({ id }) => `users/${String(id)}`),
  ];
  const resisting: string[] = [];
  for (const path of paths) {
    const { status } = await session.site('DELETE', path);
    // 404: deleted some seconds ago, and listed until it is gone everywhere.
    if (status >= 300 && status !== 404) resisting.push(`${path} (${status})`);
  }
  if (resisting.length > 0) throw new Error(`could not be deleted: ${resisting.join(', ')}`);
  return paths.length;
}
