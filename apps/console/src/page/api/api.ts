import { accessToken } from '../sign-in/session.ts';
import { Problem, problemOf } from './problem.ts';

type ApiName = 'billing' | 'access' | 'adapter';

interface Sending {
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  /** The version that was shown: it is refused when somebody has changed it since. */
  readonly version?: number;
}

/** Asks an API with the administrator's own token. @throws Problem for whatever is not 2xx */
export async function ask<Answer>(api: ApiName, path: string, sending: Sending = {}): Promise<Answer> {
  const { method = 'GET', body, version } = sending;
  const headers = new Headers({ Authorization: `Bearer ${await accessToken()}` });
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (version !== undefined) headers.set('If-Match', `"${version}"`);
  const response = await fetch(`/api/${api}${path}`, {
    ...{ method, headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Problem({ code: 'unreachable' });
  });
  if (response.status === 401) throw new Problem({ code: 'signed_out', status: 401 });
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** Every item of a paged list. */
export async function askAll<Item>(api: ApiName, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page: { items: Item[]; nextCursor?: string } = await ask(api, `${path}${query}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
