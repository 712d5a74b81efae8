import type { Message, Producer } from 'kafkajs';
import { logger } from '../logging/logger.ts';
import type { KafkaClient } from './kafka-client.ts';

const log = logger('event-sender');

/** Sends records with acknowledgement of all replicas, one batch at a time. */
export class EventSender {
  readonly #client: KafkaClient;
  #producer: Promise<Producer> | undefined;
  #previous: Promise<unknown> = Promise.resolve();

  constructor(client: KafkaClient) {
    this.#client = client;
  }

  /**
   * Resolves when every record is written. Where it rejects, some may be.
   * @param topic without prefix; must exist
   */
  send(topic: string, messages: Message[]): Promise<void> {
    const sent = this.#previous.then(() => this.#sendNow(topic, messages));
    this.#previous = sent.catch(() => undefined);
    return sent;
  }

  async close(): Promise<void> {
    await this.#previous;
    await this.#discard();
  }

  async #sendNow(topic: string, messages: Message[]): Promise<void> {
    try {
      const producer = await this.#connected();
      await producer.send({ topic: this.#client.prefixed(topic), messages, acks: -1 });
    } catch (error) {
      // A failed send leaves kafkajs's sequence numbers in doubt; a new producer begins its own.
      await this.#discard();
      throw error;
    }
  }

  #connected(): Promise<Producer> {
    this.#producer ??= this.#connect();
    return this.#producer;
  }

  async #connect(): Promise<Producer> {
    const producer = this.#client.producer();
    await producer.connect();
    return producer;
  }

  async #discard(): Promise<void> {
    const discarded = this.#producer;
    this.#producer = undefined;
    try {
      await (await discarded)?.disconnect();
    } catch (error) {
      log.debug({ error }, 'the producer was not there to be closed');
    }
  }
}
