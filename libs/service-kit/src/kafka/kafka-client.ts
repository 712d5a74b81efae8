import {
  Kafka,
  logLevel,
  Partitioners,
  type Admin,
  type Consumer,
  type ConsumerConfig,
  type LogEntry,
  type Producer,
  type RetryOptions,
} from 'kafkajs';
import { logger } from '../logging/logger.ts';
import { quietenKafkajsTimers } from './kafkajs-timers.ts';

quietenKafkajsTimers();

export interface KafkaOptions {
  readonly brokers: readonly string[];
  /** The service's name, as brokers log it. */
  readonly clientId: string;
  /** Put before every topic and group name, so that installations and tests can share a broker. */
  readonly topicPrefix?: string;
}

/** The one door to the broker: connections with our settings, and the prefix of topics and groups. */
export class KafkaClient {
  readonly #kafka: Kafka;
  readonly #prefix: string;

  constructor({ brokers, clientId, topicPrefix = '' }: KafkaOptions) {
    this.#prefix = topicPrefix;
    this.#kafka = new Kafka({
      brokers: [...brokers],
      clientId,
      connectionTimeout: 3_000,
      requestTimeout: 10_000,
      // Without the cap the pauses grow to 30 s, and a broker that is back stays unnoticed as long.
      retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 5 },
      logLevel: logLevel.INFO,
      logCreator: () => writeLog,
    });
  }

  /** The broker's name of a topic or consumer group. */
  prefixed(name: string): string {
    return this.#prefix + name;
  }

  /** The contract's name of a topic. */
  unprefixed(name: string): string {
    return name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : name;
  }

  /** A producer whose retries neither lose nor reorder; one send at a time. To be replaced after a failed send. */
  producer(): Producer {
    return this.#kafka.producer({
      idempotent: true,
      createPartitioner: Partitioners.DefaultPartitioner,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 },
    });
  }

  /** @param config `groupId` without prefix */
  consumer(config: ConsumerConfig): Consumer {
    return this.#kafka.consumer({
      allowAutoTopicCreation: false,
      // Also how long an idle consumer takes to stop, and a resumed partition to be read.
      maxWaitTimeInMs: 250,
      ...config,
      groupId: this.prefixed(config.groupId),
    });
  }

  admin(retry?: RetryOptions): Admin {
    return this.#kafka.admin(retry && { retry });
  }
}

const log = logger('kafka');

/** kafkajs calls every retry an error and every design of ours a warning; what matters, whoever waits for it reports. */
function writeLog({ label, namespace, log: { message, timestamp: _, logger: __, ...fields } }: LogEntry): void {
  log.debug({ kafkajsLevel: label, namespace, ...fields }, message);
}
