/**
 * How far a failed send reaches: `message`, one record that the broker will not take; `topic`, everything for its topic;
 * `unreachable`, everything at all.
 */
export type SendFailure = 'message' | 'topic' | 'unreachable';

/** Errors of the broker about a single record or batch (org.apache.kafka.common.protocol.Errors). */
const messageErrors = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'CORRUPT_MESSAGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
]);

const unreachableErrors = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
]);

/** Classifies what a send rejected with, by the cause beneath the client's retries. */
export function classifySendFailure(error: unknown): SendFailure {
  const { name, type } = rootCause(error) as { name?: string; type?: string };
  if (type !== undefined && messageErrors.has(type)) return 'message';
  return name !== undefined && unreachableErrors.has(name) ? 'unreachable' : 'topic';
}

function rootCause(error: unknown): object {
  if (!(error instanceof Error)) return {};
  return error.cause instanceof Error ? rootCause(error.cause) : error;
}
