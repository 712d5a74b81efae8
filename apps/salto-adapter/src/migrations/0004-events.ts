import { createOutbox, createRedrivenDeadLetters, migration } from '@latchkey/service-kit';

export const events = migration(4, 'events', `${createOutbox} ${createRedrivenDeadLetters}`);
