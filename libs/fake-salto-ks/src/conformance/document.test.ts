import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkGroups } from './checks/all-checks.ts';
import { conformanceDocument } from './document.ts';

const committed = readFileSync(join(import.meta.dirname, '../../CONFORMANCE.md'), 'utf8');

test('the committed CONFORMANCE.md is that of the checks', () => {
  expect(committed).toBe(conformanceDocument());
});

test('every open question is marked as open', () => {
  const open = checkGroups.flatMap(({ checks }) => checks.filter(({ fact }) => fact === '?'));
  for (const { id } of open) expect(committed).toMatch(new RegExp(`\`${id}\` *\\| _open_ \\|`));
});
