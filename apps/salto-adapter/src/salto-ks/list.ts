import type { z } from 'zod';
import type { Call } from './call.ts';
import type { Sender } from './call.ts';
import { listOf } from './salto-ks.schemas.ts';

export interface ListOptions extends Pick<Call<unknown>, 'notFound' | 'headers'> {
  /** Called before each call. */
  readonly onPage?: (() => void) | undefined;
}

interface List<Item extends z.ZodType> extends ListOptions {
  readonly operation: string;
  /** Of the first page. */
  readonly url: string;
  readonly item: Item;
}

/** A list of Salto's, all of its pages. @throws SaltoKsError */
export async function listAll<Item extends z.ZodType>(
  send: Sender,
  apiUrl: string,
  list: List<Item>,
): Promise<z.output<Item>[]> {
  const items: z.output<Item>[] = [];
  for await (const page of pagesOf(send, apiUrl, list)) items.push(...page);
  return items;
}

/** A list's pages as they come: one call a page, as a bare array or in an envelope. @throws SaltoKsError */
export async function* pagesOf<Item extends z.ZodType>(
  send: Sender,
  apiUrl: string,
  { operation, url: firstUrl, item, notFound, headers, onPage }: List<Item>,
): AsyncGenerator<z.output<Item>[]> {
  for (let url: string | undefined = firstUrl; url !== undefined;) {
    onPage?.();
    const page: z.output<ReturnType<typeof listOf<Item>>> = await send({
      operation,
      method: 'GET',
      url,
      answer: listOf(item),
      ...(notFound && { notFound }),
      ...(headers && { headers }),
    });
    yield page.items;
    url = page.next_page_link ? nextPage(page.next_page_link, apiUrl) : undefined;
  }
}

/** Salto's link verbatim, but on the host that we were configured with: our token goes nowhere else. */
function nextPage(link: string, apiUrl: string): string {
  const { pathname, search } = new URL(link, apiUrl);
  return new URL(pathname + search, apiUrl).href;
}
