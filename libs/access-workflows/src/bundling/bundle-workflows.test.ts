import * as workflows from '../workflows.ts';
import { accessWorkflowType } from '../start-options.ts';
import { bundleWorkflows } from './bundle-workflows.ts';

let code: string;
beforeAll(async () => {
  ({ code } = await bundleWorkflows());
}, 60_000);

/** `@latchkey/…` or the npm package of each module in the bundle. */
function packages(): string[] {
  const modules = [...code.matchAll(/^\/\*\*\*\/ "([^"?]+)"/gmu)].map(([, path]) => path!);
  return [...new Set(modules.map(packageOf))].sort();
}

function packageOf(path: string): string {
  const npm = /node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(path);
  if (npm) return npm[1]!;
  return path.startsWith('../') ? `@latchkey/${path.split('/')[1]}` : '@latchkey/access-workflows';
}

// Temporal's bundler refuses few of the modules that must not run in a workflow, so their absence is checked here.
test('the bundle holds the workflows, the rules and the SDK, and nothing else', () => {
  expect(packages()).toEqual([
    '@latchkey/access-domain',
    '@latchkey/access-workflows',
    '@temporalio/common',
    '@temporalio/workflow',
    'long',
    'nexus-rpc',
  ]);
});

test('the bundle stays below 2 MB', () => {
  expect(Buffer.byteLength(code)).toBeLessThan(2_000_000);
});

test('the bundle offers the workflow types that starters ask for, and no others', () => {
  expect(Object.keys(workflows).sort()).toEqual(
    [...Object.values(accessWorkflowType), 'disconnection', 'siteCheck'].sort(),
  );
});
