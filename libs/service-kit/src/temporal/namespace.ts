import { setTimeout as delay } from 'node:timers/promises';
import { searchAttributes } from '@latchkey/contracts';
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import proto from '@temporalio/proto';

// Node finds no names in this CommonJS package; Jest would.
const { google, temporal } = proto;
const { IndexedValueType } = temporal.api.enums.v1;
const types = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
};
const ALREADY_EXISTS = 6; // gRPC status
const USABLE_WITHIN_MS = 30_000;

/**
 * Makes the namespace and the search attributes that it lacks, and waits until the server knows them. Repeating it
 * changes nothing.
 * @returns what it did, a line each
 */
export async function setUpNamespace(connection: Connection, namespace: string, retentionDays = 7): Promise<string[]> {
  const { workflowService, operatorService } = connection;
  const done: string[] = [];
  try {
    const retention = google.protobuf.Duration.fromObject({ seconds: retentionDays * 24 * 60 * 60 });
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
    done.push(`Made the namespace ${namespace}; closed workflows are kept for ${retentionDays} days.`);
  } catch (error) {
    if (!isGrpcServiceError(error) || Number(error.code) !== ALREADY_EXISTS) throw error;
    done.push(`The namespace ${namespace} is there.`);
  }
  // The server's caches learn of a new namespace, and then of its attributes, with a delay.
  const { customAttributes } = await soon(() => operatorService.listSearchAttributes({ namespace }));
  const missing = Object.entries(searchAttributes).filter(([name]) => !(name in customAttributes));
  if (missing.length > 0) {
    const wanted = Object.fromEntries(missing.map(([name, type]) => [name, types[type]]));
    await soon(() => operatorService.addSearchAttributes({ namespace, searchAttributes: wanted }));
    done.push(`Added the search attributes ${missing.map(([name]) => name).join(', ')}.`);
  } else {
    done.push('All search attributes are there.');
  }
  await soon(() => workflowService.countWorkflowExecutions({ namespace, query: "LocationId = 'none'" }));
  return done;
}

async function soon<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + USABLE_WITHIN_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(100);
    }
  }
}
