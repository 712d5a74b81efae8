import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { workflowBundlePath } from '../bundle.ts';
import { bundleWorkflows } from './bundle-workflows.ts';

const target = resolve(workflowBundlePath);
const { code } = await bundleWorkflows();
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, code);
process.stdout.write(`The workflow bundle has ${(code.length / 1_000_000).toFixed(1)} MB.\n`);
