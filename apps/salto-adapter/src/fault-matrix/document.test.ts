import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultMatrixDocument } from './testing/document.ts';

test('the committed fault matrix is that of the test', async () => {
  const committed = readFileSync(join(import.meta.dirname, '../../../../docs/fault-matrix.md'), 'utf8');
  expect(committed).toBe(await faultMatrixDocument());
});
