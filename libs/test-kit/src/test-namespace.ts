import { randomUUID } from 'node:crypto';
import { searchAttributes } from '@latchkey/contracts';
import { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { eventually } from './eventually.ts';
import { testStack } from './test-stack.ts';

export interface TestNamespace {
  readonly namespace: string;
  /** For the test's clients; `close` ends it. */
  readonly connection: Connection;
  close(): Promise<void>;
}

const { IndexedValueType } = temporal.api.enums.v1;
const types = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
};
const retentionSeconds = 24 * 60 * 60;

/** Makes a Temporal namespace of the test's own, with the product's search attributes, and waits until it works. */
export async function createTestNamespace(name: string): Promise<TestNamespace> {
  const connection = await Connection.connect({ address: testStack().temporalAddress });
  const namespace = `${name}-${randomUUID().slice(0, 8)}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: retentionSeconds as never },
  });
  const wanted = Object.entries(searchAttributes).map(([key, type]) => [key, types[type]] as const);
  // The server learns of a new namespace with a delay.
  await eventually(() =>
    connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(wanted) }),
  );
  await eventually(() =>
    connection.workflowService.listWorkflowExecutions({ namespace, query: "LocationId = 'none'" }),
  );
  return { namespace, connection, close: () => connection.close() };
}
