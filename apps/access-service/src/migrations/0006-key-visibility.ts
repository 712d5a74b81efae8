import { migration } from '@latchkey/service-kit';

/** Which roles see the digital key at a location (S1.5); a connection that nobody told it of shows it to all. */
export const createKeyVisibility = migration(
  6,
  'key-visibility',
  `
ALTER TABLE connection ADD key_visibility text[] NOT NULL
  DEFAULT '{administrator,member,company_manager,company_member,invitee}';
`,
);
