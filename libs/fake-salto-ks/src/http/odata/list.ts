import type { Settings } from '../../settings.ts';
import { json, type Answer } from '../answer.ts';
import { measured } from '../errors.ts';
import type { Incoming } from '../route.ts';
import { compileFilter, order, read } from './filter.ts';

export interface ListSpec<T> {
  items: readonly T[];
  /** The item as it is sent, and as `$filter` and `$orderby` see it. */
  view: (item: T) => object;
  /** First segments of the paths that `$filter` and `$orderby` may name. */
  fields: readonly string[];
  /** The name under which a setting turns this list into a bare array. */
  name?: Settings['bare_array_lists'][number];
}

/**
 * Answers a list as Salto does: `$filter`, `$orderby`, `$top`, `$skip`, `$inlinecount=allpages`, and pages in an
 * envelope `{items, next_page_link, count}`, or all of it as a bare array where the settings say so.
 */
export function listAnswer<T>(incoming: Incoming, spec: ListSpec<T>): Answer {
  const { query, world } = incoming;
  const { bare_array_lists, page_size } = world.state.settings;
  const matching = select(query, spec);
  const skip = count(query, '$skip') ?? 0;
  const top = count(query, '$top') ?? Infinity;
  const wanted = matching.slice(skip, skip + top);
  if (spec.name && bare_array_lists.includes(spec.name))
    return json(
      200,
      wanted.map((item) => item()),
    );

  const page = wanted.slice(0, page_size);
  const hasMore = page.length < wanted.length;
  return json(200, {
    items: page.map((item) => item()),
    next_page_link: hasMore ? nextPage(incoming, skip + page.length, top - page.length) : null,
    count: query.get('$inlinecount') === 'allpages' ? matching.length : null,
  });
}

/** Filters and sorts; views are made late, so that a plain page of a long list stays cheap. */
function select<T>(query: URLSearchParams, { items, view, fields }: ListSpec<T>): (() => object)[] {
  const filter = query.get('$filter');
  const orderBy = query.get('$orderby');
  if (!filter && !orderBy) return items.map((item) => () => view(item));
  let views = items.map(view);
  if (filter) views = views.filter(compileFilter(filter, fields));
  if (orderBy) views = sorted(views, orderBy, fields);
  return views.map((item) => () => item);
}

function sorted(views: object[], orderBy: string, fields: readonly string[]): object[] {
  const [field = '', direction = 'asc'] = orderBy.trim().split(/\s+/);
  const path = field.split('/');
  if (!fields.includes(path[0] ?? '') || !['asc', 'desc'].includes(direction)) throw measured.invalidOrderBy(field);
  const sign = direction === 'desc' ? -1 : 1;
  return views.toSorted((a, b) => sign * order(read(a, path), read(b, path)));
}

function count(query: URLSearchParams, name: '$top' | '$skip'): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw measured.invalidParameter(`${name} must be a whole number`);
  return Number(text);
}

function nextPage({ origin, target }: Incoming, skip: number, top: number): string {
  const url = new URL(target, origin);
  url.searchParams.set('$skip', String(skip));
  if (Number.isFinite(top)) url.searchParams.set('$top', String(top));
  return url.href;
}
