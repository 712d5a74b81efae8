import type { Call } from '@latchkey/fake-salto-ks';
import type { System } from '../../system/system.ts';

const MOST = 200_000;

/** A write to a group, as the fake Salto KS saw it. Instants are epoch ms. */
export interface GroupWrite {
  readonly receivedAt: number;
  readonly answeredAt: number;
}

/** Calls of the API since an instant, oldest first; `path` is a pattern. */
export async function callsSince(system: System, since: number, path: string, method?: string): Promise<Call[]> {
  const filter = { path, since: new Date(since).toISOString(), limit: String(MOST), ...(method && { method }) };
  const query = new URLSearchParams(filter);
  return (await system.saltoControl.get<{ items: Call[] }>(`/calls?${query.toString()}`)).items;
}

/** `1 GET /users, 2 POST /access_groups/…/users`. */
export function operationsOf(calls: readonly Call[]): string {
  const operations = Map.groupBy(calls, ({ method, path }) => `${method} ${shortPath(path)}`);
  return [...operations].map(([operation, of]) => `${of.length} ${operation}`).join(', ');
}

/** The first call that put the trace's member into a group of the site, by trace id. */
export async function addsByTrace(system: System, siteId: string, since: number): Promise<Map<string, GroupWrite>> {
  return byTrace(await callsSince(system, since, `/v1.2/sites/${siteId}/access_groups/*/users`, 'POST'));
}

/** E-mails of everybody whom Salto knows. */
export async function accountsOf(system: System): Promise<ReadonlySet<string>> {
  const state = await system.saltoControl.get<{ accounts: { email: string | null }[] }>('/state');
  return new Set(state.accounts.flatMap(({ email }) => email ?? []));
}

function byTrace(calls: readonly Call[]): Map<string, GroupWrite> {
  const writes = new Map<string, GroupWrite>();
  for (const { traceparent, at, duration_ms: duration } of calls) {
    const traceId = traceparent?.split('-')[1];
    if (traceId === undefined || duration === null || writes.has(traceId)) continue;
    writes.set(traceId, { receivedAt: Date.parse(at), answeredAt: Date.parse(at) + duration });
  }
  return writes;
}

/** `/v1.2/sites/…/access_groups/…/users` without ids and query. */
function shortPath(path: string): string {
  const [pathname = ''] = path.split('?', 1);
  return pathname.replace(/^\/v[\d.]+\/sites\/[^/]+/, '').replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, '…');
}
