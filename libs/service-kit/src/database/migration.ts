import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A migration as TypeORM loads it; made by `migration`. */
export type Migration = new () => MigrationInterface;

/**
 * A migration: `export const createBooking = migration(3, 'create-booking', 'CREATE TABLE …')`. Numbers are unique in a
 * service and rise; a file is `src/migrations/0003-create-booking.ts`. There is no way back: the next one goes forward.
 */
export function migration(
  number: number,
  what: string,
  change: string | ((runner: QueryRunner) => Promise<void>),
): Migration {
  return class implements MigrationInterface {
    // TypeORM orders by the last 13 characters.
    readonly name = `${what}-${String(number).padStart(13, '0')}`;

    async up(runner: QueryRunner): Promise<void> {
      await (typeof change === 'string' ? runner.query(change) : change(runner));
    }

    down(): Promise<void> {
      return Promise.reject(new Error('Migrations only go forward.'));
    }
  };
}
