import { forbidden, type Caller, type PersonCaller } from '@latchkey/service-kit';

/** @throws Problem 403 `role_missing` for programs: what is done here, somebody stands for */
export function personOf(caller: Caller): PersonCaller {
  if (caller.kind === 'person') return caller;
  throw forbidden('role_missing', 'This is for people, not for programs.');
}
