import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { Problem, problemOf } from '../api/problem.ts';

interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly resource?: string;
}

/** Where somebody was on the page when the sign-in began. */
interface Remembered {
  readonly returnTo?: string;
}

let manager: Promise<UserManager> | undefined;

/** Code with PKCE. Everything is kept for this tab only: a token dies with it, and another tab signs in by itself. */
function userManager(): Promise<UserManager> {
  manager ??= create().catch((error: unknown) => {
    manager = undefined; // so that trying again asks again
    throw error;
  });
  return manager;
}

async function create(): Promise<UserManager> {
  const answer = await fetch('/sign-in.json').catch(() => {
    throw new Problem({ code: 'unreachable' });
  });
  if (!answer.ok) throw await problemOf(answer);
  const { issuer, clientId, scope, resource } = (await answer.json()) as SignInSettings;
  const store = new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    scope,
    ...(resource !== undefined && { resource }),
    redirect_uri: `${location.origin}/signed-in`,
    post_logout_redirect_uri: `${location.origin}/`,
    userStore: store,
    stateStore: store,
    automaticSilentRenew: false,
  });
}

/** Who is signed in in this tab. */
export async function currentUser(): Promise<User | undefined> {
  const user = await (await userManager()).getUser();
  return user === null || user.expired ? undefined : user;
}

/** @throws Problem `signed_out` */
export async function accessToken(): Promise<string> {
  const user = await currentUser();
  if (user === undefined) throw new Problem({ code: 'signed_out' });
  return user.access_token;
}

/** Leaves for the identity provider, and comes back to where the page is now. */
export async function signIn(): Promise<void> {
  const state: Remembered = { returnTo: location.pathname + location.search };
  await (await userManager()).signinRedirect({ state });
}

/** Takes the identity provider's answer. @returns where to go on within the page. @throws Problem `sign_in_failed` */
export async function finishSignIn(): Promise<string> {
  const { state } = await (await userManager()).signinRedirectCallback().catch((cause: unknown) => {
    throw Object.assign(new Problem({ code: 'sign_in_failed' }), { cause });
  });
  const { returnTo = '/' } = (state ?? {}) as Remembered;
  // A path of this page, and not `//elsewhere`.
  return /^\/(?!\/)/.test(returnTo) ? returnTo : '/';
}

export async function signOut(): Promise<void> {
  await (await userManager()).signoutRedirect();
}
