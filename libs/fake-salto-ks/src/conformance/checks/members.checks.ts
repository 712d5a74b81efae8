import { must, observe, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import { outcome } from '../seen.ts';

/** A group and a user that is ready for it. */
async function pair(lab: Lab) {
  const group = await lab.createGroup();
  const { id, platformId } = await lab.createReadyUser();
  const users = `access_groups/${group}/users`;
  return {
    siteUserId: id,
    isMember: async () => (await lab.memberIds(group)).includes(platformId),
    add: (user_id = platformId) => lab.site('POST', users, { user_id }),
    remove: () => lab.site('DELETE', `${users}/${platformId}`),
    list: () => lab.list(users),
  };
}

const membership = (isMember: boolean) => (isMember ? 'a member' : 'no member');

export const memberChecks: CheckGroup = {
  title: 'Members of groups',
  checks: [
    must({
      id: 'members.add',
      fact: 'M',
      says: 'A member is added by the id of the account, with 200, and then listed.',
      expected: '200, a member',
      see: async (lab) => {
        const { add, isMember } = await pair(lab);
        return `${outcome(await add())}, ${membership(await isMember())}`;
      },
    }),
    must({
      id: 'members.wrong-id',
      fact: 'M',
      says: 'The id of the site user where that of the account belongs is 404 2202.',
      expected: '404 2202',
      see: async (lab) => {
        const { add, siteUserId } = await pair(lab);
        return outcome(await add(siteUserId));
      },
    }),
    must({
      id: 'members.remove',
      fact: 'C',
      says: 'A member is removed by the id of the account.',
      expected: 'no member',
      see: async (lab) => {
        const { add, remove, isMember } = await pair(lab);
        await add();
        await remove();
        return membership(await isMember());
      },
    }),
    observe({
      id: 'members.remove.status',
      says: 'With which status is a member removed?',
      guess: '204',
      see: async (lab) => {
        const { add, remove } = await pair(lab);
        await add();
        return outcome(await remove());
      },
    }),
    observe({
      id: 'members.add-again',
      says: 'What is the answer to adding somebody who is a member?',
      guess: '200, a member',
      see: async (lab) => {
        const { add, isMember } = await pair(lab);
        await add();
        return `${outcome(await add())}, ${membership(await isMember())}`;
      },
    }),
    observe({
      id: 'members.remove-absent',
      says: 'What is the answer to removing somebody who is no member?',
      guess: '204',
      see: async (lab) => outcome(await (await pair(lab)).remove()),
    }),
    observe({
      id: 'members.shape',
      says: "Is an item of a group's users the account, or the site user with the account within?",
      guess: 'the account',
      see: async (lab) => {
        const { add, list } = await pair(lab);
        await add();
        return (await list()).some((item) => 'user' in item) ? 'the site user' : 'the account';
      },
    }),
    observe({
      id: 'members.suspended',
      says: 'Does somebody who is suspended stay in their groups?',
      guess: '200, a member',
      see: async (lab) => {
        const { add, isMember, siteUserId } = await pair(lab);
        await add();
        const answer = await lab.site('PATCH', `users/${siteUserId}/subscription`, { state: 'suspended' });
        return `${outcome(answer)}, ${membership(await isMember())}`;
      },
    }),
    observe({
      id: 'members.deleted',
      says: 'Does deleting a user end its memberships at once?',
      guess: 'no member',
      see: async (lab) => {
        const { add, isMember, siteUserId } = await pair(lab);
        await add();
        await lab.site('DELETE', `users/${siteUserId}`);
        return membership(await isMember());
      },
    }),
  ],
};
