import { migration } from '@latchkey/service-kit';

/**
 * An intent to create a Salto user keeps the e-mail that was sent, sealed: by it the user is found when the answer was
 * lost, also after the member got another one or was deleted. Intents from before have none: whom they made is proposed
 * to an administrator. A row is an intent without an answer, so `is_outstanding` said nothing.
 */
export const userCreations = migration(
  13,
  'user creations',
  `DELETE FROM user_creation;
   ALTER TABLE user_creation
     DROP COLUMN is_outstanding,
     ADD COLUMN email text NOT NULL;`,
);
