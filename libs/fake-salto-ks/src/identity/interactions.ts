import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InteractionResults, Provider } from 'oidc-provider';
import type { State } from '../state/state.ts';
import { grantScopes } from './grant-scopes.ts';
import { consentPage } from './pages/consent-page.ts';
import { page } from './pages/page.ts';
import { signInPage } from './pages/sign-in-page.ts';
import { scopeOf, scopeTexts } from './scopes.ts';

const denied = { error: 'access_denied', error_description: 'The person did not allow it' };

export interface InteractionParts {
  provider: Provider;
  state: State;
  request: IncomingMessage;
  response: ServerResponse;
  /** The sent form; undefined when the page is only opened. */
  form: URLSearchParams | undefined;
}

/** The pages between a client's request and its answer: sign in, then allow or not. */
export async function interact(parts: InteractionParts): Promise<void> {
  const { provider, request, response } = parts;
  try {
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    const result = prompt.name === 'login' ? signIn(parts) : await decide(parts, params, session?.accountId);
    if (prompt.name === 'login') forgetSession(provider, response);
    if (typeof result === 'object') await provider.interactionFinished(request, response, result);
    else show(response, 200, result);
  } catch (error) {
    // oidc-provider finds nothing under this browser's cookie.
    if (!(error instanceof Error && error.name === 'SessionNotFound')) throw error;
    show(response, 400, page('This sign-in is over', ['Go back to where you came from and start again.']));
  }
}

/** oidc-provider asks a browser that holds the session of another account whether to end it: here it just ends. */
function forgetSession(provider: Provider, response: ServerResponse): void {
  const name = provider.cookieName('session');
  for (const cookie of [name, `${name}.sig`]) response.appendHeader('set-cookie', `${cookie}=; path=/; max-age=0`);
}

/** What to tell oidc-provider, or the page to show. */
function signIn({ state, form }: InteractionParts): InteractionResults | string {
  if (!form) return signInPage(state.accounts.all());
  if (form.get('decision') === 'cancel') return denied;
  const email = form.get('email') ?? '';
  const account = state.accounts.signIn(email, form.get('password') ?? '');
  // Not remembered: one browser can consent as several accounts, one after the other.
  return account ? { login: { accountId: account.id, remember: false } } : signInPage(state.accounts.all(), { email });
}

async function decide(
  { provider, state, form }: InteractionParts,
  params: Record<string, unknown>,
  accountId = '',
): Promise<InteractionResults | string> {
  const account = state.accounts.get(accountId);
  const [clientId, scope] = [String(params.client_id), scopeOf(params)];
  if (!account || (form && form.get('decision') !== 'allow')) return denied;
  if (form) return { consent: { grantId: await grantScopes(provider, { clientId, accountId, scope }) } };
  const sites = state.sites.all().filter(({ id }) => state.siteUsers.isAdministrator(id, account.id));
  const names = sites.map(({ customer_reference }) => customer_reference);
  return consentPage({ account, sites: names, clientId, may: scopeTexts(scope) });
}

function show(response: ServerResponse, status: number, html: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.end(html);
}
