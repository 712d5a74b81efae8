import { topicDeclarations } from '@latchkey/contracts';
import { z } from 'zod';
import { commaList } from '../config/settings.ts';
import { ConfigError, readConfig } from '../config/read-config.ts';
import { applyTopics } from './apply-topics.ts';
import { KafkaClient } from './kafka-client.ts';

const settings = z.object({
  KAFKA_BROKERS: commaList,
  KAFKA_TOPIC_PREFIX: z.string().default(''),
  /** Copies of each partition; the broker's default where it is not given. Three in production. */
  KAFKA_REPLICATION_FACTOR: z.coerce.number().int().default(-1),
});

try {
  const config = readConfig(settings, process.env);
  const client = new KafkaClient({
    brokers: config.KAFKA_BROKERS,
    clientId: 'apply-topics',
    topicPrefix: config.KAFKA_TOPIC_PREFIX,
  });
  const { created, reconfigured } = await applyTopics(client, topicDeclarations, config.KAFKA_REPLICATION_FACTOR);
  process.stdout.write(`Topics: ${created.length} created, ${reconfigured.length} reconfigured.\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof ConfigError ? 78 : 1;
}
