import { h, heading } from './dom.mjs';

const details = { no_access: 'no access', suspended: 'suspended', offline: 'lock off line' };

/** What happened at the doors, the newest first. */
export function entriesView({ site }) {
  const rows = site.entries.slice(0, 25).map((entry) => {
    const { id, utc_date_time, local_date_time, lock, who, event_category, event_detail } = entry;
    const opened = event_category === 'lock_opened';
    return h(
      'tr',
      { 'data-key': id },
      h('td', { class: 'time', title: utc_date_time }, local_date_time.slice(11, 19)),
      h('td', {}, lock),
      h('td', {}, who ?? 'unknown'),
      h(
        'td',
        {},
        h(
          'span',
          { class: opened ? 'tag good' : 'tag bad' },
          opened ? 'opened' : `refused: ${details[event_detail] ?? 'denied'}`,
        ),
      ),
    );
  });
  return [
    heading('entries-title', 'Entries'),
    rows.length === 0
      ? h('p', { class: 'none' }, 'Nothing yet. Tap at a door to see it here.')
      : table('Entries, the newest first', ['Time', 'Door', 'Person', 'Result'], rows),
  ];
}

/** What callers ask of the API, the newest first, by the site's clock as its entries are. */
export function callsView({ calls, load, site }) {
  const rows = calls.map((call) => {
    const { seq, at, method, path, caller, fault } = call;
    return h(
      'tr',
      { 'data-key': `${seq}` },
      h('td', { class: 'time' }, new Date(at).toLocaleTimeString('en-GB', { timeZone: site?.time_zone })),
      h('td', { class: 'path' }, h('b', {}, method), ' ', h('code', { title: path }, readable(path, site))),
      h('td', {}, outcomeOf(call)),
      h(
        'td',
        {},
        caller === null ? '' : h('span', { class: 'muted', title: caller }, readable(caller, site)),
        fault && h('span', { class: 'tag bad' }, fault.replaceAll('_', ' ')),
      ),
    );
  });
  const { calls: count, largest_per_second, largest_at_once } = load;
  return [
    heading('calls-title', 'API calls'),
    h(
      'p',
      { class: 'facts' },
      h('span', {}, `${count.toLocaleString('en')} so far`),
      h('span', {}, `at most ${largest_per_second} in a second`),
      h('span', {}, `at most ${largest_at_once} at once`),
    ),
    rows.length === 0
      ? h('p', { class: 'none' }, 'Nobody has called yet.')
      : table('Calls to the API, the newest first', ['Time', 'Call', 'Answer', 'Caller, fault'], rows),
  ];
}

function table(caption, heads, rows) {
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', { class: 'hidden' }, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((head) => h('th', { scope: 'col' }, head)),
        ),
      ),
      h('tbody', {}, rows),
    ),
  );
}

function outcomeOf({ outcome, status }) {
  if (outcome === 'pending') return h('span', { class: 'tag' }, 'under way');
  if (outcome !== 'answer') return h('span', { class: 'tag bad' }, outcome === 'reset' ? 'broken off' : 'no answer');
  return h('span', { class: status < 400 ? 'tag good' : 'tag bad' }, `${status}`);
}

/** The path as a person reads it: with names for the ids of this site, and the end of any other id. */
function readable(path, site) {
  return decoded(path)
    .replace(`/sites/${site?.id}`, '/…')
    .replaceAll(anyId, (id) => namesOf(site).get(id) ?? `…${id.slice(-6)}`);
}

const anyId = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;

function decoded(path) {
  try {
    return decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    return path;
  }
}

/** What is behind the ids of a site; worked out once for each answer of the fake. */
function namesOf(site) {
  if (site === undefined) return new Map();
  const known = namesBySite.get(site);
  if (known) return known;
  const names = new Map();
  for (const { id, user_id, name } of site.people.items) names.set(id, name).set(user_id, name);
  for (const { id, customer_reference } of [...site.access_groups, ...site.locks]) names.set(id, customer_reference);
  namesBySite.set(site, names);
  return names;
}

const namesBySite = new WeakMap();
