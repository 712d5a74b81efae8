import type { Caller } from '@latchkey/service-kit';

/** How a caller is recorded as the author of a change: `person:<id>` or `service:<client>`. */
export function callerName(caller: Caller): string {
  switch (caller.kind) {
    case 'person':
      return `person:${caller.personId}`;
    case 'service':
      return `service:${caller.clientId}`;
    case 'unbound':
      throw new Error('an account without a person administers nothing');
  }
}
