import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformanceDocument } from './document.ts';

// `npm run conformance:document -w libs/fake-salto-ks`: writes the document that a test holds against the checks.
writeFileSync(join(import.meta.dirname, '../../CONFORMANCE.md'), conformanceDocument());
