import { html, redirect } from '../http/answer.ts';
import { Refusal } from '../http/errors.ts';
import type { Account } from '../state/accounts.ts';
import { readAuthorizationRequest, returnAddress } from './authorization-request.ts';
import { oauthRoute } from './oauth-route.ts';
import { requireScope } from './scopes.ts';

/** The consent page: whoever opens it signs in as one of the accounts with a password, by a click. */
export const showConsent = oauthRoute({
  method: 'GET',
  path: '/connect/authorize',
  handle: ({ world, query, target }) => {
    const request = readAuthorizationRequest(world.state, query);
    try {
      requireScope(request.scope);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return redirect(returnAddress(request, { error: 'invalid_scope' }));
    }
    const accounts = world.state.accounts.all().filter(({ password }) => password !== null);
    return html(200, page(request.clientId, request.scope, target, accounts));
  },
});

function page(clientId: string, scope: string, target: string, accounts: Account[]): string {
  const choices = accounts.map(
    ({ id, email, first_name, last_name }) =>
      `<button name="account_id" value="${escape(id)}">Allow as ${escape(`${first_name} ${last_name}`)} (${escape(email ?? id)})</button>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Salto KS (fake): consent</title>
<style>body{font:16px system-ui;max-width:32rem;margin:3rem auto}button{display:block;width:100%;margin:.5rem 0;padding:.7rem}</style>
<h1>Salto KS (fake)</h1><p><strong>${escape(clientId)}</strong> asks for: ${escape(scope)}</p>
<form method="post" action="${escape(target)}">${choices.join('')}<button name="account_id" value="">Deny</button></form></html>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
