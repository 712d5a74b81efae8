import { empty, json } from '../http/answer.ts';
import { pathPattern } from '../faults/path-pattern.ts';
import type { Call } from './call-log.ts';
import { badControl, controlRoute } from './control-route.ts';

/**
 * The calls made to the API and to identity, oldest first, and how many there are. Filters: `method`, `path` (a
 * pattern, without query), `status` (`none` for those never answered), `since` (RFC 3339), `caller`; `limit` keeps the
 * newest (default 1000, 0 only counts).
 */
export const listCalls = controlRoute({
  method: 'GET',
  path: '/_fake/calls',
  handle: ({ world, query }) => {
    const calls = world.calls.matching(filterOf(query));
    const limit = Number(query.get('limit') ?? 1000);
    return json(200, { count: calls.length, items: limit > 0 ? calls.slice(-limit) : [] });
  },
});

/** Forgets the calls that the same filters list, whatever the limit. */
export const forgetCalls = controlRoute({
  method: 'DELETE',
  path: '/_fake/calls',
  handle: ({ world, query }) => {
    world.calls.forget(filterOf(query));
    return empty(204);
  },
});

function filterOf(query: URLSearchParams): (call: Call) => boolean {
  const wanted = Object.fromEntries(query) as Partial<Record<string, string>>;
  const pattern = wanted.path === undefined ? undefined : pathPattern(wanted.path);
  const since = wanted.since === undefined ? -Infinity : Date.parse(wanted.since);
  if (Number.isNaN(since)) throw badControl('since must be an RFC 3339 instant');
  const matches = (value: string | undefined, actual: string) => value === undefined || value === actual;
  return (call) =>
    matches(wanted.method, call.method) &&
    matches(wanted.status, String(call.status ?? 'none')) &&
    matches(wanted.caller, String(call.caller)) &&
    (since === -Infinity || Date.parse(call.at) >= since) &&
    (pattern?.test(call.path.split('?', 1)[0] ?? '') ?? true);
}
