import { setTimeout as delay } from 'node:timers/promises';
import { searchAttributes } from '@latchkey/contracts';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';

// Node finds no names in this CommonJS package; Jest would.
const { google, temporal } = proto;
const { IndexedValueType } = temporal.api.enums.v1;
const types = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
};
const retention = google.protobuf.Duration.fromObject({ seconds: 7 * 24 * 60 * 60 });
const alreadyExists = 6; // gRPC status

/** Makes a Temporal namespace with the product's search attributes, and waits until both can be used. */
export async function registerNamespace(connection: Connection, namespace: string): Promise<void> {
  const { workflowService, operatorService } = connection;
  await workflowService
    .registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
    .catch(unlessThere);
  const wanted = Object.fromEntries(Object.entries(searchAttributes).map(([name, type]) => [name, types[type]]));
  // The server's caches learn of a new namespace, and then of its attributes, with a delay of up to seconds.
  await soon(() => operatorService.addSearchAttributes({ namespace, searchAttributes: wanted }).catch(unlessThere));
  await soon(() => workflowService.countWorkflowExecutions({ namespace, query: "LocationId = 'none'" }));
}

function unlessThere(error: unknown): void {
  if (!isGrpcServiceError(error) || Number(error.code) !== alreadyExists) throw error;
}

async function soon(attempt: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}
