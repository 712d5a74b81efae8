import { SetMetadata } from '@nestjs/common';
import { forbidden } from '../problems/refusals.ts';
import type { Caller } from './caller.ts';

/** Who may call a route. What it may then touch (which location, which person) is decided with the row at hand. */
export interface AccessRule {
  /** People who administer at least one location. */
  administrator?: true;
  /** Any person, for its own data. */
  member?: true;
  /** Programs whose token has this scope. */
  service?: string;
  /** Accounts that belong to no person yet. */
  unbound?: true;
}

export const ACCESS_RULE = 'latchkey:access-rule';
export const PUBLIC = 'public';

/** Who may call this route. Every route carries `@Allow` or `@Public`; a service with one that does not refuses to start. */
export function Allow(rule: AccessRule): MethodDecorator & ClassDecorator {
  return SetMetadata(ACCESS_RULE, rule);
}

/** A route that needs no token. */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(ACCESS_RULE, PUBLIC);
}

/** @throws Problem 403 `account_not_bound`, `role_missing` or `scope_missing` */
export function requireAllowed(rule: AccessRule, caller: Caller): void {
  if (caller.kind === 'service') {
    if (rule.service === undefined) throw forbidden('role_missing', 'This is for people, not for programs.');
    return requireScope(caller, rule.service);
  }
  if (caller.kind === 'unbound') {
    if (rule.unbound) return;
    throw forbidden(
      'account_not_bound',
      'You are signed in, but your account belongs to no person here yet.',
      'Use the link of your invitation, or ask an administrator of your location for one.',
    );
  }
  if (rule.member || (rule.administrator && caller.administratorOf.length > 0)) return;
  throw forbidden('role_missing', 'Your role does not allow this.', 'Ask an administrator of your location.');
}

/** @throws Problem 403 `scope_missing` unless the caller is a program with that scope */
export function requireScope(caller: Caller, scope: string): void {
  if (caller.kind === 'service' && caller.scopes.includes(scope)) return;
  throw forbidden('scope_missing', `This needs a service token with the scope ${scope}.`);
}
