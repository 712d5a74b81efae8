import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { forbidden, unauthorized } from '../problems/refusals.ts';
import { ACCESS_RULE, PUBLIC, requireAllowed, type AccessRule } from './access-rule.ts';
import type { Caller } from './caller.ts';
import { CallerResolver, type VerifiedToken } from './caller-resolver.ts';
import { rememberCaller } from './current-caller.ts';
import { TokenVerifier } from './token-verifier.ts';

/** Stands before every HTTP route: token, then person, then the route's rule. Without a rule nobody passes. */
@Injectable()
export class AuthGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #verifier: TokenVerifier;
  readonly #resolver: CallerResolver;

  constructor(reflector: Reflector, verifier: TokenVerifier, resolver: CallerResolver) {
    this.#reflector = reflector;
    this.#verifier = verifier;
    this.#resolver = resolver;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Events have no caller: who may write a topic is Kafka's to decide.
    if (context.getType() !== 'http') return true;
    const places = [context.getHandler(), context.getClass()];
    const rule = this.#reflector.getAllAndOverride<AccessRule | typeof PUBLIC | undefined>(ACCESS_RULE, places);
    if (rule === PUBLIC) return true;
    if (rule === undefined) throw forbidden('role_missing', 'Nobody may call this route.');
    const request = context.switchToHttp().getRequest<Request>();
    const caller = await this.#callerOf(await this.#verifier.verify(bearerToken(request)));
    requireAllowed(rule, caller);
    rememberCaller(request, caller);
    return true;
  }

  async #callerOf(token: VerifiedToken): Promise<Caller> {
    const { iss, sub, clientId, scopes, locations, email, emailVerified } = token;
    // A client-credentials token is about the client itself (RFC 9068 §2.2), and says which locations it is for.
    if (clientId !== undefined && clientId === sub && locations !== undefined) {
      return { kind: 'service', clientId, scopes, locations: locations.includes('*') ? '*' : locations };
    }
    const person = await this.#resolver.resolve(token);
    const account = { iss, sub };
    return person === undefined
      ? { kind: 'unbound', account, email, emailVerified }
      : { kind: 'person', ...person, account };
  }
}

function bearerToken(request: Request): string {
  const header = request.get('authorization');
  if (header === undefined) throw unauthorized('token_missing', 'There is no access token in the request');
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (token === undefined) throw unauthorized('token_invalid', 'The Authorization header is not a bearer token');
  return token;
}
