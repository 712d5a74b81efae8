import { CookieJar } from './cookie-jar.ts';
import { formsOf, linksOf, type Button, type Form } from './forms.ts';

/** Who consents, or cancels. */
export interface Consenting {
  readonly email: string;
  readonly password: string;
  /** Signs in, and then says no. */
  readonly cancels?: boolean;
}

interface Page {
  readonly url: URL;
  readonly html: string;
}

/** Sign-in, consent, and what lies between, with room to spare. */
const STEPS = 20;
const NO = /\b(cancel|deny|abort|decline|reject|no)\b/i;

/**
 * Goes through an identity server's pages as a person with a browser does: follows redirects, keeps cookies, fills the
 * forms that it finds and sends them, whatever they look like.
 * @param authorizationUrl its `redirect_uri` is where the browser is to be sent back to; nothing needs to listen there
 * @returns the parameters that came back: `code` and `state`, or `error` and `state`
 * @throws Error when the pages lead nowhere
 */
export async function giveConsent(authorizationUrl: string, who: Consenting): Promise<Record<string, string>> {
  const redirectUri = new URL(authorizationUrl).searchParams.get('redirect_uri') ?? '';
  const jar = new CookieJar();
  let request = new Request(authorizationUrl);
  for (let step = 0; step < STEPS; step += 1) {
    const answer = await visit(request, jar);
    if (answer instanceof URL) {
      if (answer.href.startsWith(`${redirectUri}?`)) return Object.fromEntries(answer.searchParams);
      request = new Request(answer);
    } else {
      request = next(answer, who);
    }
  }
  throw new Error(`${STEPS} pages from ${new URL(authorizationUrl).origin} have not led back`);
}

/** @returns where it redirects to, or the page that it shows */
async function visit(request: Request, jar: CookieJar): Promise<URL | Page> {
  const url = new URL(request.url);
  const cookie = jar.of(url);
  if (cookie !== '') request.headers.set('cookie', cookie);
  const response = await fetch(request, { redirect: 'manual' });
  jar.keep(url, response.headers);
  const location = response.headers.get('location');
  const html = await response.text();
  if (location !== null) return new URL(location, url);
  if (!response.ok) throw new Error(`${url.origin}${url.pathname} answered ${response.status}`);
  return { url, html };
}

function next(page: Page, who: Consenting): Request {
  const [form] = formsOf(page.html);
  if (form === undefined) throw new Error(`${page.url.origin}${page.url.pathname} has no form to go on with`);
  const isSignIn = form.fields.some(({ type }) => type === 'password');
  if (who.cancels && !isSignIn) {
    const refusal = linksOf(page.html).find(({ text }) => NO.test(text));
    if (refusal !== undefined) return new Request(new URL(refusal.href, page.url));
  }
  return sent(form, page.url, who, who.cancels === true && !isSignIn);
}

function sent(form: Form, url: URL, who: Consenting, isCancelling: boolean): Request {
  const filled = new URLSearchParams();
  for (const { name, type, value } of form.fields) filled.append(name, filledIn(name, type, value, who));
  const button = form.buttons.find((each) => isMeant(each, form.buttons, who, isCancelling));
  if (button?.name !== undefined) filled.set(button.name, button.value);
  const action = new URL(form.action === '' ? url : form.action, url);
  if (form.method === 'GET') return new Request(`${action.origin}${action.pathname}?${filled.toString()}`);
  return new Request(action, { method: 'POST', body: filled });
}

function filledIn(name: string, type: string, value: string, { email, password }: Consenting): string {
  if (type === 'password') return password;
  if (type === 'hidden' || type === 'checkbox') return value;
  return /mail|login|user/i.test(name) ? email : value;
}

/** The button with the person's own name on it, where a page lets it choose; else the one that says yes, or no. */
function isMeant(button: Button, all: readonly Button[], { email }: Consenting, isCancelling: boolean): boolean {
  const isNo = NO.test(button.text);
  if (isCancelling) return isNo;
  const isNamed = all.some(({ text }) => text.includes(email));
  return isNamed ? button.text.includes(email) : !isNo;
}
