import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/**
 * Builds the workflows' code from source, as the worker loads it. The worker must have the very version of the SDK that
 * built it.
 * @param workflowsPath other workflows than this library's own; for tests
 */
export async function bundleWorkflows(
  workflowsPath: string = join(import.meta.dirname, '..', 'workflows.ts'),
): Promise<{ code: string }> {
  return bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('ERROR'),
    // Packages of this workspace come from their sources; the result is the same wherever it is built from.
    webpackConfigHook: (config) => ({
      ...config,
      context: join(import.meta.dirname, '..', '..'),
      resolve: { ...config.resolve, conditionNames: ['latchkey-source', 'import', 'require', 'default'] },
    }),
  });
}
