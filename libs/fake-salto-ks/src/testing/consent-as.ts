import { PageVisitor } from './page-visitor.ts';

export interface ConsentOptions {
  email: string;
  password: string;
  /** What is pressed on the consent page. */
  decision?: 'allow' | 'cancel';
}

/** No way through the pages is longer. */
const MOST_STEPS = 10;

/**
 * Does what a person with a browser does at the consent page: opens a client's authorization URL, signs in, allows or
 * cancels. Answers the address that the person is sent back to, with `code` and `state` or with `error`. Throws when
 * the pages stop somewhere else, as they do at a wrong password.
 */
export async function consentAs(authorizationUrl: string, options: ConsentOptions): Promise<URL> {
  const { email, password, decision = 'allow' } = options;
  const { origin } = new URL(authorizationUrl);
  const forms: Record<string, string>[] = [{ email, password, decision: 'sign_in' }, { decision }];
  const visitor = new PageVisitor();
  let url = new URL(authorizationUrl);
  let form: Record<string, string> | undefined;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const response = await visitor.visit(url, form);
    const location = response.headers.get('location');
    form = location === null ? forms.shift() : undefined;
    if (location === null && !form) throw new Error(`Salto's pages stopped at ${url.pathname}: ${response.status}`);
    if (location !== null) url = new URL(location, url);
    if (url.origin !== origin) return url;
  }
  throw new Error('no end of redirects');
}
