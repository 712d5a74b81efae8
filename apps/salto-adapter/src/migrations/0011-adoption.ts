import { migration } from '@latchkey/service-kit';

/**
 * What administrators decided about people who were in a group when somebody looked (S1.4). Whose a membership is stands
 * in `group_intent`; this tells what was meant, of users too that are no members. It ends with the membership.
 */
export const adoption = migration(
  11,
  'adoption',
  `CREATE TABLE adoption (
     site_id     uuid NOT NULL,
     group_id    text NOT NULL,
     platform_id text NOT NULL,
     decision    text NOT NULL CHECK (decision IN ('adopt', 'leave')),
     decided_by  text,
     decided_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
     PRIMARY KEY (site_id, group_id, platform_id)
   );`,
);
