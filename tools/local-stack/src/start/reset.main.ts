/** `npm run reset`: forgets the data of the local system. What was downloaded is kept. */
import { rmSync } from 'node:fs';
import { lockHolder, lockPath } from '../processes/lock.ts';
import { dataFolder } from '../paths.ts';

if (await lockHolder(lockPath(dataFolder))) {
  console.error('The system runs, so its data was left alone. End it first (Ctrl-C where `npm start` runs).');
  process.exitCode = 1;
} else {
  rmSync(dataFolder, { recursive: true, force: true });
  console.log('The data of the local system is forgotten.');
}
