import { itemsOf, objectOf, outcome, type JsonObject } from './seen.ts';
import type { Session } from './session.ts';

/** All items of a list below the site: a bare array, or an envelope whose `next_page_link` is followed. */
export async function listAll(session: Session, path: string): Promise<JsonObject[]> {
  const all: JsonObject[] = [];
  let answer = await session.site('GET', path);
  for (;;) {
    const items = itemsOf(answer);
    if (!items) throw new Error(`listing ${path} was answered ${outcome(answer)}`);
    all.push(...items);
    const next = nextPageOf(answer.body, session.target.apiUrl);
    if (next === undefined) return all;
    answer = await session.api(next);
  }
}

/**
 * The link to the next page as it was given, but https where the API is: Salto was seen to say http. Throws for another
 * host, which must not get our token.
 */
export function nextPageOf(body: unknown, apiUrl: string): string | undefined {
  const { next_page_link } = objectOf(body);
  if (typeof next_page_link !== 'string' || next_page_link === '') return undefined;
  const [next, api] = [new URL(next_page_link, apiUrl), new URL(apiUrl)];
  if (next.host !== api.host) throw new Error(`next_page_link leads to ${next.host}`);
  next.protocol = api.protocol;
  return next.href;
}
