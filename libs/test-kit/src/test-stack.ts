import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the servers that integration tests use are found. */
export interface TestStackAddresses {
  /** A superuser's: tests make a database of their own with `createTestDatabase`. */
  readonly postgresUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
}

/**
 * The running test stack: the JSON in LATCHKEY_TEST_STACK (which `npm run test:int` sets), else what
 * `npm run stack:test` wrote. Throws a sentence that says what to run when there is none.
 */
export function testStack(): TestStackAddresses {
  const json = process.env['LATCHKEY_TEST_STACK'] ?? readStackFile();
  return JSON.parse(json) as TestStackAddresses;
}

function readStackFile(): string {
  const file = join(import.meta.dirname, '..', '..', '..', '.local', 'test-stack.json');
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const remedy = 'Run `npm run test:int`, which starts one, or keep one running with `npm run stack:test`.';
    throw new Error(`No test stack runs: there is no ${file}. ${remedy}`, { cause });
  }
}
