import { must, observe, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import { outcome } from '../seen.ts';

type Version = 'v1.1' | 'v1.2';

/** A group of ours, which opens nothing without members and schedule, and some lock of the site. */
async function pair(lab: Lab, version: Version = 'v1.2') {
  const lock_id = String(lab.need((await lab.list('locks'))[0], 'a lock on the site').id);
  const path = `access_groups/${await lab.createGroup()}/locks`;
  return {
    add: () => lab.site('POST', path, { lock_id }, version),
    remove: () => lab.site('DELETE', `${path}/${lock_id}`, undefined, version),
    isThere: async () => ((await lab.list(path)).some(({ id }) => id === lock_id) ? 'there' : 'not there'),
  };
}

async function addAndRemove(lab: Lab, version: Version): Promise<string> {
  const { add, remove, isThere } = await pair(lab, version);
  await add();
  const afterwards = await isThere();
  await remove();
  return `${afterwards}, then ${await isThere()}`;
}

export const groupLockChecks: CheckGroup = {
  title: 'Locks of groups',
  checks: [
    must({
      id: 'group-locks.v1.2',
      fact: 'M',
      says: 'A lock is added to a group and removed by v1.2.',
      expected: 'there, then not there',
      see: (lab) => addAndRemove(lab, 'v1.2'),
    }),
    must({
      id: 'group-locks.v1.1',
      fact: 'M',
      says: 'And by v1.1.',
      expected: 'there, then not there',
      see: (lab) => addAndRemove(lab, 'v1.1'),
    }),
    observe({
      id: 'group-locks.remove.status',
      says: 'With which status is a lock removed?',
      guess: '204',
      see: async (lab) => {
        const { add, remove } = await pair(lab);
        await add();
        return outcome(await remove());
      },
    }),
  ],
};
