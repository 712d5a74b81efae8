import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from './documents.ts';

// `npm run generate -w libs/contracts`: writes the documents that a test holds against the schemas.
const folder = join(import.meta.dirname, '../generated');
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) rmSync(join(folder, name));
for (const [name, content] of documents()) writeFileSync(join(folder, name), content);
