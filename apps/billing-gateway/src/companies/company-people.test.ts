import fc from 'fast-check';
import { roleIn, withoutPerson, withPerson } from './company-people.ts';

const person = fc.constantFrom('ada', 'bob', 'cyd');
const role = fc.constantFrom('manager' as const, 'member' as const);
const step = fc.oneof(
  fc.record({ kind: fc.constant('joins' as const), person, role }),
  fc.record({ kind: fc.constant('leaves' as const), person }),
);

test('whoever comes and goes, everybody is what it last became, and never twice', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const company = { managerIds: [] as string[], memberIds: [] as string[] };
      const expected = new Map<string, string>();
      for (const one of steps) {
        if (one.kind === 'joins') withPerson(company, one.person, one.role);
        else withoutPerson(company, one.person);
        if (one.kind === 'joins') expected.set(one.person, one.role);
        else expected.delete(one.person);
      }
      const all = [...company.managerIds, ...company.memberIds];
      expect(all.sort()).toEqual([...expected.keys()].sort());
      for (const [id, wanted] of expected) expect(roleIn(company, id)).toBe(wanted);
    }),
  );
});
