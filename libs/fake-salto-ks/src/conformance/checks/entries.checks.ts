import { must, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import { fieldsOf, itemsOf, listShape, outcome } from '../seen.ts';

const entryFields = [
  ...['id', 'event_category', 'event_detail', 'utc_date_time', 'local_date_time', 'lock_id', 'user_id', 'user_alias'],
  ...['access_by', 'access_detail', 'exit_requested'],
];
const DAY_MS = 86_400_000;
const newest = `entries?$top=20&$orderby=${encodeURIComponent('utc_date_time desc')}`;

const entries = (lab: Lab, path = newest) => lab.site('GET', path, undefined, 'v1.1');

async function some(lab: Lab, count: number) {
  const items = itemsOf(await entries(lab)) ?? [];
  return lab.need(items.length < count ? undefined : items, `${count} or more entries on the site`);
}

export const entryChecks: CheckGroup = {
  title: 'Entries',
  checks: [
    must({
      id: 'entries.list',
      fact: 'M',
      says: 'Entries are listed by v1.1, in an envelope.',
      expected: 'envelope',
      see: async (lab) => listShape(await entries(lab)),
    }),
    must({
      id: 'entries.v1.2',
      fact: 'M',
      says: 'v1.2 has none: 405.',
      expected: '405',
      see: async (lab) => String((await lab.get(newest)).status),
    }),
    must({
      id: 'entries.fields',
      fact: 'M',
      says: 'An entry tells what happened, when, where and to whom.',
      expected: entryFields.join(', '),
      see: async (lab) => fieldsOf((await some(lab, 1))[0], entryFields),
    }),
    must({
      id: 'entries.order',
      fact: 'M',
      says: '$orderby=utc_date_time desc lists the newest first.',
      expected: 'newest first',
      see: async (lab) => {
        const times = (await some(lab, 2)).map(({ utc_date_time }) => Date.parse(String(utc_date_time)));
        const isDescending = times.every((time, at) => at === 0 || time <= (times[at - 1] ?? 0));
        return isDescending ? 'newest first' : 'another order';
      },
    }),
    must({
      id: 'entries.bad-order',
      fact: 'M',
      says: 'An order by an unknown field is 400 1102.',
      expected: '400 1102',
      see: async (lab) => outcome(await entries(lab, 'entries?$orderby=nothing')),
    }),
    must({
      id: 'entries.export',
      fact: 'C',
      says: 'The entries of some time can be had as a CSV file.',
      expected: '200, text/csv',
      see: async (lab) => {
        const instant = (ago: number) => new Date(Date.now() - ago).toISOString();
        const day = { from_date: instant(DAY_MS), to_date: instant(0) };
        const query = new URLSearchParams({ export_file_name: 'conformance', ...day });
        const answer = await entries(lab, `entries/export?${query.toString()}`);
        return `${outcome(answer)}, ${answer.headers.get('content-type')?.split(';', 1)[0]}`;
      },
    }),
  ],
};
