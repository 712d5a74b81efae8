import { measured } from '../../http/errors.ts';
import type { Entry } from '../../state/entries.ts';
import { siteRoute } from '../api-route.ts';

const columns = [
  ...['id', 'event_category', 'event_detail', 'utc_date_time', 'local_date_time', 'lock_id'],
  ...['user_id', 'user_alias', 'access_by', 'access_detail', 'exit_requested'],
] as (keyof Entry)[];

/**
 * The entries between two instants as a CSV file, oldest first. The parameters are known; the columns, that `to_date`
 * is exclusive and that all three are needed are guesses.
 */
export const exportEntries = siteRoute({
  method: 'GET',
  path: '/v1.1/sites/:site/entries/export',
  handle: ({ incoming: { query }, state, site }) => {
    const name = query.get('export_file_name');
    if (!name) throw measured.invalidParameter('export_file_name is required');
    const [from, to] = [instant(query, 'from_date'), instant(query, 'to_date')];
    const entries = state.entries.ofSite(site.id).filter(({ utc_date_time }) => {
      const at = Date.parse(utc_date_time);
      return from <= at && at < to;
    });
    const lines = [
      columns.join(','),
      ...entries.map((entry) => columns.map((column) => cell(entry[column])).join(',')),
    ];
    return {
      status: 200,
      type: 'text/csv; charset=utf-8',
      headers: { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}.csv` },
      body: `${lines.join('\r\n')}\r\n`,
    };
  },
});

function instant(query: URLSearchParams, name: string): number {
  const at = Date.parse(query.get(name) ?? '');
  if (Number.isNaN(at)) throw measured.invalidParameter(`${name} must be a date`);
  return at;
}

/** RFC 4180: quoted where it must be. */
function cell(value: string | boolean | null): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
