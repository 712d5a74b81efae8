import { join } from 'node:path';

/** The checkout this stack runs from. */
export const repositoryFolder = join(import.meta.dirname, '..', '..', '..');

/** Everything that the stack writes; ignored by git. */
export const localFolder = join(repositoryFolder, '.local');

/** What was downloaded once and is kept over `npm run reset`. */
export const programsFolder = join(localFolder, 'programs');

/** What `npm start` keeps and `npm run reset` forgets. */
export const dataFolder = join(localFolder, 'data');

/** The programs' output. */
export const logsFolder = join(localFolder, 'logs');
