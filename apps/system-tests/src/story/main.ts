import { readEndpoints } from '@latchkey/local-stack';
import { readDemo } from '../demo/demo.ts';
import { System } from '../system/system.ts';
import { bookingForNow, subscription, windowByItself } from './stories.ts';
import { Teller } from './teller.ts';

// `npm run story`: three stories against the running system. Exits with 1 at the first thing that does not happen.
try {
  const system = new System(readEndpoints());
  const stage = { system, demo: await readDemo(system), tell: new Teller() };
  for (const story of [bookingForNow, subscription, windowByItself]) await story(stage);
  console.log('\nAll of it happened.');
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
