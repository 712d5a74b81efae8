import { html } from '../http/answer.ts';
import { Refusal } from '../http/errors.ts';
import type { State } from '../state/state.ts';
import { isRedirectAllowed } from './client-auth.ts';

/** What a client asks of the person at the consent page. */
export interface AuthorizationRequest {
  clientId: string;
  redirectUri: string;
  scope: string;
  state: string | null;
  nonce: string | null;
  codeChallenge: string | null;
}

/** Reads the parameters. What cannot be told to the client by redirect is shown to the person (a page, 400). */
export function readAuthorizationRequest(state: State, params: URLSearchParams): AuthorizationRequest {
  const client = state.clients.get(params.get('client_id') ?? '');
  const redirectUri = params.get('redirect_uri') ?? '';
  const codeChallenge = params.get('code_challenge');
  if (!client) throw onPage('This client_id is not known.');
  if (!isRedirectAllowed(client, redirectUri)) throw onPage('This redirect_uri is not registered for the client.');
  if (params.get('response_type') !== 'code') throw onPage('Only response_type=code is supported.');
  if (codeChallenge && params.get('code_challenge_method') !== 'S256') throw onPage('PKCE needs S256.');
  if (!codeChallenge && client.secret === null) throw onPage('A public client needs PKCE.');
  return {
    clientId: client.id,
    redirectUri,
    scope: params.get('scope') ?? '',
    state: params.get('state'),
    nonce: params.get('nonce'),
    codeChallenge,
  };
}

/** The address that takes the person back to the client. */
export function returnAddress(request: AuthorizationRequest, result: Record<string, string>): string {
  const url = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, value);
  if (request.state !== null) url.searchParams.set('state', request.state);
  return url.href;
}

function onPage(problem: string): Refusal {
  return new Refusal(html(400, `<!doctype html><title>Salto KS (fake)</title><p>${problem}</p>`), problem);
}
