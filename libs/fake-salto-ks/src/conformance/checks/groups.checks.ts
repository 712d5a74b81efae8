import { must, observe, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import { fieldsOf, itemsOf, objectOf, outcome } from '../seen.ts';

/** How many groups a filter finds, and whether ours is among them. */
async function search(lab: Lab, id: string, filter: string): Promise<string> {
  const answer = await lab.get(`access_groups?$filter=${encodeURIComponent(filter)}`);
  const items = itemsOf(answer);
  if (!items) return outcome(answer);
  return `${items.some((item) => item.id === id) ? 'found' : 'not found'} among ${items.length}`;
}

export const groupChecks: CheckGroup = {
  title: 'Access groups',
  checks: [
    must({
      id: 'groups.create',
      fact: 'M',
      says: 'A group is created by its customer_reference, with 200.',
      expected: '200, id, customer_reference',
      see: async (lab) => {
        const answer = await lab.site('POST', 'access_groups', { customer_reference: lab.name() });
        return `${outcome(answer)}, ${fieldsOf(answer.body, ['id', 'customer_reference'])}`;
      },
    }),
    must({
      id: 'groups.missing-name',
      fact: 'M',
      says: 'A group without its required field is 400 1100.',
      expected: '400 1100',
      see: async (lab) => outcome(await lab.site('POST', 'access_groups', {})),
    }),
    must({
      id: 'groups.rename',
      fact: 'C',
      says: 'PATCH renames a group.',
      expected: 'renamed',
      see: async (lab) => {
        const path = `access_groups/${await lab.createGroup()}`;
        const customer_reference = lab.name();
        await lab.site('PATCH', path, { customer_reference });
        const { body } = await lab.get(path);
        return objectOf(body).customer_reference === customer_reference ? 'renamed' : 'not renamed';
      },
    }),
    must({
      id: 'groups.contains',
      fact: 'C',
      says: "$filter=contains(customer_reference,'…') finds a group by a part of its name.",
      expected: 'found among 1',
      see: async (lab) => {
        const name = lab.name();
        const part = name.slice(-10);
        return search(lab, await lab.createGroup(name), `contains(customer_reference,'${part}')`);
      },
    }),
    must({
      id: 'groups.equals',
      fact: 'C',
      says: "$filter=customer_reference eq '…' finds a group by its name.",
      expected: 'found among 1',
      see: async (lab) => {
        const name = lab.name();
        return search(lab, await lab.createGroup(name), `customer_reference eq '${name}'`);
      },
    }),
    must({
      id: 'groups.delete',
      fact: 'M',
      says: 'A group is deleted with 204, and then 404.',
      expected: '204, then 404',
      see: async (lab) => {
        const path = `access_groups/${await lab.createGroup()}`;
        const deleted = await lab.site('DELETE', path);
        return `${outcome(deleted)}, then ${(await lab.get(path)).status}`;
      },
    }),
    observe({
      id: 'groups.unknown',
      says: 'Which code has the answer about a group that is not there?',
      guess: '404 2200',
      see: async (lab) => {
        const path = `access_groups/${await lab.createGroup()}`;
        await lab.site('DELETE', path);
        return outcome(await lab.get(path));
      },
    }),
  ],
};
