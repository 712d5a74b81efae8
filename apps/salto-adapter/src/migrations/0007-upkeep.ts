import { migration } from '@latchkey/service-kit';

/**
 * What keeps Salto's users right after they were linked. `salto_user`: `contact_version` is what was written last (of
 * users that we created); `…_unsure_at` when a write was sent that got no answer; `checked_at` when Salto last showed
 * the user fit to open doors; `idle_at` since when (or from when on) nothing is open, null while something is.
 * `user_upkeep`: something may be to do for a user; `asked_no` rises with each reason, so that none is lost.
 * `link_proposal`: a user that others made, until an administrator says whose it is; `shown` is sealed.
 */
export const upkeep = migration(
  7,
  'upkeep',
  `ALTER TABLE salto_user
     ADD COLUMN contact_version   integer NOT NULL DEFAULT 0,
     ADD COLUMN contact_unsure_at timestamptz,
     ADD COLUMN seat_unsure_at    timestamptz,
     ADD COLUMN seat_wanted_at    timestamptz,
     ADD COLUMN checked_at        timestamptz,
     ADD COLUMN idle_at           timestamptz DEFAULT now(),
     ADD COLUMN deleting_at       timestamptz;
   UPDATE salto_user SET checked_at = linked_at,
     contact_version = coalesce((SELECT fetched_version FROM person WHERE person.member_id = salto_user.member_id), 0),
     idle_at = CASE WHEN EXISTS (
       SELECT FROM group_intent WHERE group_intent.site_id = salto_user.site_id AND group_intent.member_id = salto_user.member_id
     ) THEN NULL ELSE now() END;
   CREATE INDEX salto_user_member ON salto_user (member_id);
   CREATE INDEX salto_user_idle ON salto_user (site_id) WHERE idle_at IS NOT NULL;
   CREATE TABLE user_upkeep (
     site_id         uuid NOT NULL,
     member_id       uuid NOT NULL,
     asked_no        bigint NOT NULL DEFAULT 1,
     due_at          timestamptz NOT NULL,
     attempts        integer NOT NULL DEFAULT 0,
     failure_code    text,
     failure_message text,
     PRIMARY KEY (site_id, member_id)
   );
   CREATE INDEX user_upkeep_due ON user_upkeep (due_at);
   INSERT INTO user_upkeep (site_id, member_id, due_at)
     SELECT site_id, member_id, now() FROM salto_user WHERE idle_at IS NOT NULL;
   CREATE TABLE link_proposal (
     id           uuid NOT NULL DEFAULT gen_random_uuid(),
     version      integer NOT NULL DEFAULT 1,
     site_id      uuid NOT NULL,
     member_id    uuid NOT NULL,
     site_user_id text NOT NULL,
     platform_id  text NOT NULL,
     shown        text NOT NULL,
     found_at     timestamptz NOT NULL,
     decision     text CHECK (decision IN ('link', 'refuse')),
     PRIMARY KEY (site_id, member_id)
   );
   CREATE INDEX link_proposal_member ON link_proposal (member_id);
   CREATE TABLE site_seats (
     site_id    uuid PRIMARY KEY,
     used       integer,
     seat_limit integer,
     read_at    timestamptz,
     claimed_at timestamptz NOT NULL
   );
   ALTER TABLE connection
     ADD COLUMN end_policy      text NOT NULL DEFAULT 'suspend' CHECK (end_policy IN ('suspend', 'keep', 'delete')),
     ADD COLUMN end_policy_days integer,
     ADD CHECK ((end_policy = 'delete') = (end_policy_days IS NOT NULL));`,
);
