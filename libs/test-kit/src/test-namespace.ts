import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { registerNamespace } from './register-namespace.ts';
import { testStack } from './test-stack.ts';

export interface TestNamespace {
  readonly namespace: string;
  /** For the test's clients; `close` ends it. */
  readonly connection: Connection;
  close(): Promise<void>;
}

/** Makes a Temporal namespace of the test's own, with the product's search attributes (some 100 ms). */
export async function createTestNamespace(name: string): Promise<TestNamespace> {
  const connection = await Connection.connect({ address: testStack().temporalAddress });
  const namespace = `${name}-${randomUUID().slice(0, 8)}`;
  await registerNamespace(connection, namespace);
  return { namespace, connection, close: () => connection.close() };
}
