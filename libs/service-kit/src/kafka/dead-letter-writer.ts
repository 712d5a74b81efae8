import { deadLetterTopic } from '@latchkey/contracts';
import type { KafkaMessage } from 'kafkajs';
import type { DeadLetterCause } from './event-errors.ts';
import type { EventSender } from './event-sender.ts';

/** Where a dead letter comes from. */
export interface DeadLetterOrigin {
  /** Without prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly group: string;
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly firstFailedAt: number;
}

const MAX_MESSAGE_LENGTH = 500;

/**
 * Copies a record to the group's dead-letter topic: the original bytes, key and headers, and the reason in headers of
 * its own. Resolves when the broker has it on disk; only then may the offset be committed.
 */
export async function writeDeadLetter(
  sender: EventSender,
  message: KafkaMessage,
  cause: DeadLetterCause,
  origin: DeadLetterOrigin,
): Promise<void> {
  const headers = {
    ...message.headers,
    'dlq-original-topic': origin.topic,
    'dlq-original-partition': String(origin.partition),
    'dlq-original-offset': message.offset,
    'dlq-original-timestamp': message.timestamp,
    'dlq-consumer-group': origin.group,
    'dlq-error-code': cause.code,
    'dlq-error-class': cause.name,
    'dlq-error-message': cause.message.slice(0, MAX_MESSAGE_LENGTH),
    'dlq-attempts': String(origin.attempts),
    'dlq-first-failed-at': new Date(origin.firstFailedAt).toISOString(),
  };
  const topic = deadLetterTopic(origin.topic, origin.group);
  await sender.send(topic, [{ key: message.key, value: message.value, headers }]);
}
