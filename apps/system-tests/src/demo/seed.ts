import { readEndpoints } from '@latchkey/local-stack';
import { System } from '../system/system.ts';
import { seedDemo } from './seed-demo.ts';

// `npm run seed`: the demo's data, into the system that `npm start` runs.
await seedDemo(new System(readEndpoints()));
