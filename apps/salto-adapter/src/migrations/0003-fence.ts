import { migration } from '@latchkey/service-kit';

/** The fence (docs/adr/0004): what was seen, whose each membership is, and which writes have no certain answer. */
export const fence = migration(
  3,
  'fence',
  `CREATE TABLE pair (
     site_id       uuid NOT NULL,
     member_id     uuid NOT NULL,
     highest_epoch bigint NOT NULL,
     highest_n     bigint NOT NULL,
     last_write_at timestamptz,
     PRIMARY KEY (site_id, member_id)
   );
   CREATE TABLE group_intent (
     site_id        uuid NOT NULL,
     member_id      uuid NOT NULL,
     group_id       text NOT NULL,
     present_before boolean NOT NULL,
     outstanding    text CHECK (outstanding IN ('add', 'remove')),
     last_write_at  timestamptz,
     outcome        text NOT NULL DEFAULT 'pending'
       CHECK (outcome IN ('present', 'absent', 'blocked', 'expired', 'pending')),
     PRIMARY KEY (site_id, member_id, group_id)
   );
   CREATE INDEX group_intent_outstanding ON group_intent (site_id) WHERE outstanding IS NOT NULL;
   CREATE TABLE quarantine (
     site_id    uuid NOT NULL,
     member_id  uuid NOT NULL,
     group_id   text NOT NULL,
     unknown_at timestamptz NOT NULL,
     PRIMARY KEY (site_id, member_id, group_id)
   );
   CREATE INDEX quarantine_unknown_at ON quarantine (unknown_at);`,
);
