import { migration } from '@latchkey/service-kit';

/**
 * What a connection may ask of Salto KS, for all replicas (docs/adr/0018): one row each, changed with every request, and
 * who has been told to come back for its turn.
 */
export const budgets = migration(
  9,
  'budgets',
  `CREATE TABLE budget (
     connection_id uuid PRIMARY KEY,
     version       bigint NOT NULL,
     state         jsonb NOT NULL
   ) WITH (fillfactor = 50);
   CREATE TABLE budget_line (
     connection_id uuid NOT NULL,
     member_id     uuid NOT NULL,
     urgency       smallint NOT NULL,
     since         timestamptz NOT NULL,
     comes_at      timestamptz NOT NULL,
     PRIMARY KEY (connection_id, member_id)
   );`,
);
