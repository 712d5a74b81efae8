import { must, NotVerifiable, observe, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import { nextPageOf } from '../list-all.ts';
import type { Answer } from '../salto-client.ts';
import { itemsOf, listShape, listShapes, objectOf } from '../seen.ts';

/** Some list that does not fit on one page. */
async function firstOfSeveralPages(lab: Lab): Promise<Answer> {
  const lists = [
    () => lab.get('users'),
    () => lab.get('access_groups'),
    () => lab.site('GET', 'entries', undefined, 'v1.1'),
  ];
  for (const list of lists) {
    const answer = await list();
    if (nextPageOf(answer.body, lab.session.target.apiUrl) !== undefined) return answer;
  }
  throw new NotVerifiable('needs more users, groups or entries than a page has');
}

export const listChecks: CheckGroup = {
  title: 'Lists and pages',
  checks: [
    must({
      id: 'lists.users',
      fact: 'M',
      says: 'Users were seen as a bare array and in an envelope: both are right.',
      expected: listShapes,
      see: async (lab) => listShape(await lab.get('users')),
    }),
    must({
      id: 'lists.groups',
      fact: 'M',
      says: 'So may groups be.',
      expected: listShapes,
      see: async (lab) => listShape(await lab.get('access_groups')),
    }),
    must({
      id: 'lists.top',
      fact: 'C',
      says: '$top limits a list.',
      expected: '1 item',
      see: async (lab) => {
        await lab.createGroup();
        await lab.createGroup();
        return `${itemsOf(await lab.get('access_groups?$top=1'))?.length ?? 'no'} item`;
      },
    }),
    must({
      id: 'lists.next-page',
      fact: 'C',
      says: 'next_page_link, followed as it is, leads to more of the list.',
      expected: 'other items',
      see: async (lab) => {
        const { target } = lab.session;
        const first = await firstOfSeveralPages(lab);
        const next = nextPageOf(first.body, target.apiUrl) ?? '';
        const known = new Set(itemsOf(first)?.map(({ id }) => id));
        const more = itemsOf(await lab.session.api(next)) ?? [];
        return more.length > 0 && more.every(({ id }) => !known.has(id)) ? 'other items' : 'nothing new';
      },
    }),
    must({
      id: 'lists.inlinecount',
      fact: 'C',
      says: '$inlinecount=allpages adds how many there are over all pages.',
      expected: 'all of them',
      see: async (lab) => {
        const { body } = await lab.get('roles?$inlinecount=allpages&$top=1');
        return objectOf(body).count === (await lab.list('roles')).length ? 'all of them' : 'another number';
      },
    }),
    observe({
      id: 'lists.count',
      says: 'Is there a count without $inlinecount?',
      guess: 'none',
      see: async (lab) => (typeof objectOf((await lab.get('roles')).body).count === 'number' ? 'a number' : 'none'),
    }),
  ],
};
