/** `npm run check`: what to run before each commit, without servers and under a minute. */
import { quickChecks } from './check.ts';
import { conclude, runTogether } from './run-check.ts';

conclude(await runTogether(quickChecks));
