import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultMatrixDocument } from './document.ts';

// `npm run fault-matrix:document -w apps/salto-adapter`: writes the document that a test holds against the matrix.
writeFileSync(join(import.meta.dirname, '../../../../../docs/fault-matrix.md'), await faultMatrixDocument());
