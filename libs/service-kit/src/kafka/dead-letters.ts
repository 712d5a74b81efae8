import { deadLetterTopic } from '@latchkey/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { advisoryLock } from '../database/advisory-lock.ts';
import { inTransaction } from '../database/transaction.ts';
import { readDeadLetter, type DeadLetter } from './dead-letter.ts';
import type { EventDispatcher } from './event-dispatcher.ts';
import type { KafkaClient } from './kafka-client.ts';
import { readTopics } from './read-topic.ts';

export interface DeadLettersOptions {
  readonly client: KafkaClient;
  /** The service's database, with `createRedrivenDeadLetters`. */
  readonly db: DataSource;
  /** The consumer group whose dead letters these are, without prefix. */
  readonly group: string;
  readonly dispatcher: EventDispatcher;
}

/** Which dead letters are meant; all of the group where nothing is given. */
export interface DeadLetterFilter {
  /** The original topic, without prefix. */
  readonly topic?: string | undefined;
  readonly eventIds?: readonly string[] | undefined;
}

export interface Redriven {
  readonly letter: DeadLetter;
  /** Why it stays; undefined where it is done. */
  readonly error: Error | undefined;
}

/**
 * The dead letters of a consumer group that still wait for a decision. Redriving calls the group's handler directly:
 * a copy on the original topic would reach every other group too.
 */
export class DeadLetters {
  readonly #options: DeadLettersOptions;

  constructor(options: DeadLettersOptions) {
    this.#options = options;
  }

  /** Oldest first. Those already redriven are left out. */
  async list({ topic, eventIds }: DeadLetterFilter = {}): Promise<DeadLetter[]> {
    const { client, group, dispatcher, db } = this.#options;
    const originals = topic === undefined ? dispatcher.topics : [topic];
    const topics = originals.map((original) => deadLetterTopic(original, group));
    const letters = (await readTopics(client, topics, group)).map(readDeadLetter);
    const chosen = letters.filter(({ eventId }) => eventIds === undefined || eventIds.includes(eventId ?? ''));
    const isOpen = await Promise.all(chosen.map(async (letter) => !(await isRedriven(db.manager, letter))));
    return chosen.filter((_, index) => isOpen[index]).sort((one, other) => one.buriedAt - other.buriedAt);
  }

  /** Handles them now, in this process, one after another. One that fails stays, and does not hold up the rest. */
  async redrive(filter: DeadLetterFilter = {}): Promise<Redriven[]> {
    const results: Redriven[] = [];
    for (const letter of await this.list(filter)) {
      const error = await this.#redriveOne(letter).then(
        () => undefined,
        (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
      );
      results.push({ letter, error });
    }
    return results;
  }

  /**
   * The lock keeps two operators from redriving one letter at once. A crash between the handler's commit and ours redrives
   * it once more, which handlers allow anyway.
   */
  #redriveOne(letter: DeadLetter): Promise<void> {
    const { db, dispatcher } = this.#options;
    return inTransaction(db, async (em) => {
      await advisoryLock(em, `dead-letter:${letter.topic}/${letter.partition}/${letter.offset}`);
      if (await isRedriven(em, letter)) return;
      await dispatcher.dispatch(letter.record, { ...letter.original, attempt: letter.attempts + 1 });
      await em.query(
        `INSERT INTO redriven_dead_letter (topic, "partition", "offset", buried_at, event_id) VALUES ($1, $2, $3, $4, $5)`,
        [letter.topic, letter.partition, letter.offset, new Date(letter.buriedAt), letter.eventId ?? null],
      );
    });
  }
}

async function isRedriven(em: EntityManager, { topic, partition, offset, buriedAt }: DeadLetter): Promise<boolean> {
  const rows: unknown[] = await em.query(
    `SELECT FROM redriven_dead_letter WHERE topic = $1 AND "partition" = $2 AND "offset" = $3 AND buried_at = $4`,
    [topic, partition, offset, new Date(buriedAt)],
  );
  return rows.length > 0;
}
