import type { EventDefinition } from '@latchkey/contracts';
import type { INestApplication } from '@nestjs/common';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { ReadinessChecks } from '../health/readiness-checks.ts';
import { EventConsumer } from './event-consumer.ts';
import { EventDispatcher, type EventHandler } from './event-dispatcher.ts';
import type { HandledAs } from './event.ts';
import type { KafkaClient } from './kafka-client.ts';
import { DEFINITION } from './on-event.decorator.ts';

/**
 * Nest's way to our consumer: gathers the `@OnEvent` methods, and starts and stops with the application.
 * Nest's own Kafka transport would block a partition for ever on a poison message and pass malformed ones on.
 */
export class EventConsumerStrategy extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  readonly group: string;
  readonly #client: KafkaClient;
  readonly #checks: ReadinessChecks;
  #consumer: EventConsumer | undefined;

  /** @param group the consumer group, without prefix */
  constructor(client: KafkaClient, group: string, checks: ReadinessChecks) {
    super();
    this.#client = client;
    this.group = group;
    this.#checks = checks;
  }

  /** The handlers of the connected application. */
  dispatcher(): EventDispatcher {
    return new EventDispatcher([...this.messageHandlers].map(([type, handler]) => eventHandler(type, handler)));
  }

  listen(callback: () => void): void {
    const consumer = new EventConsumer({
      client: this.#client,
      group: this.group,
      dispatcher: this.dispatcher(),
      onFatal: endProcess,
    });
    this.#consumer = consumer;
    this.#checks.register('consumer', () => consumer.readiness(Date.now()));
    consumer.start();
    callback();
  }

  async close(): Promise<void> {
    await this.#consumer?.stop();
  }

  on(): never {
    throw new Error('Events are handled by @OnEvent methods');
  }

  unwrap<T>(): T {
    return this.#consumer as T;
  }
}

/** Connects the application's `@OnEvent` methods to Kafka; they begin with `startAllMicroservices`. Twice does no harm. */
export function connectEvents(app: INestApplication): EventConsumerStrategy {
  const strategy = app.get(EventConsumerStrategy, { strict: false });
  if (strategy.getHandlers().size === 0) app.connectMicroservice({ strategy });
  return strategy;
}

function eventHandler(type: string, handler: MessageHandler): EventHandler {
  const definition = handler.extras?.[DEFINITION] as EventDefinition | undefined;
  if (definition === undefined) throw new Error(`The handler of ${type} needs @OnEvent, which knows its schema`);
  if (handler.next !== undefined) throw new Error(`Event type ${type} has two handlers`);
  return {
    definition,
    handle: async (received) => {
      const result: unknown = await handler(received);
      return (isObservable(result) ? await lastValueFrom(result, { defaultValue: undefined }) : result) as HandledAs;
    },
  };
}

/** Nobody catches it, so that the process ends and its supervisor tries a new one. */
function endProcess(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
