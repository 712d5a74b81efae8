import { controlRoute, unknownThing } from '../control/control-route.ts';
import type { TimeSchedule } from '../door/schedule.ts';
import { isLockOnline } from '../door/tap.ts';
import { json } from '../http/answer.ts';
import type { AccessGroup } from '../state/access-groups.ts';
import type { Entry } from '../state/entries.ts';
import type { Lock } from '../state/locks.ts';
import type { SiteUser } from '../state/site-users.ts';
import type { Site } from '../state/sites.ts';
import type { State } from '../state/state.ts';

/** What the page shows of each list at most; a search finds the rest. */
const MOST_SHOWN = 100;

/** The sites, with their seats. */
export const listSitesForPage = controlRoute({
  method: 'GET',
  path: '/_fake/sites',
  handle: ({ world: { state } }) => json(200, { items: state.sites.all().map((site) => siteView(state, site)) }),
});

/** One site with everything in it by name, up to 100 of each; `search` narrows people by name or e-mail. */
export const getSiteForPage = controlRoute({
  method: 'GET',
  path: '/_fake/sites/:site',
  handle: ({ world: { state, now }, query, param }) => {
    const site = state.sites.get(param('site'));
    if (!site) throw unknownThing('site');
    const search = (query.get('search') ?? '').toLowerCase();
    const people = state.siteUsers.ofSite(site.id).filter(({ deleted_at }) => deleted_at === null);
    const persons = people.map((user) => personView(state, user));
    const found = persons.filter((person) => matches(person, search));
    const entries = state.entries.ofSite(site.id).slice(-MOST_SHOWN).reverse();
    return json(200, {
      ...siteView(state, site),
      people: { count: people.length, found: found.length, items: found.slice(0, MOST_SHOWN) },
      choices: choicesOf(persons, found),
      locks: state.locks.all().flatMap((lock) => (lock.site_id === site.id ? [lockView(state, lock)] : [])),
      access_groups: state.accessGroups.ofSite(site.id).map((group) => groupView(state, group, now())),
      entries: entries.map((entry) => entryView(state, entry)),
    });
  },
});

function siteView(state: State, site: Site) {
  const { roles: _, ...rest } = site;
  return { ...rest, seats_taken: state.siteUsers.seatsTaken(site.id) };
}

type Person = ReturnType<typeof personView>;

function personView(state: State, user: SiteUser) {
  const { id, user_id, alias, role_codes, subscription_state, blocked, expires_at } = user;
  const account = state.accounts.get(user_id);
  const name = nameOf(state, user_id) ?? alias;
  return { id, user_id, name, email: account?.email ?? null, role_codes, subscription_state, blocked, expires_at };
}

/** Whom one can choose for a door or a group: those found first, for a search must not take the others away. */
function choicesOf(persons: readonly Person[], found: readonly Person[]) {
  const chosen = new Set([...found.slice(0, MOST_SHOWN), ...persons.slice(0, MOST_SHOWN)]);
  return [...chosen].map(({ user_id, name }) => ({ user_id, name }));
}

/** `is_reached` is whether it is on line itself and by its IQ. */
function lockView(state: State, lock: Lock) {
  return { ...lock, is_reached: isLockOnline(state, lock) };
}

function matches({ name, email }: { name: string; email: string | null }, search: string): boolean {
  return `${name} ${email ?? ''}`.toLowerCase().includes(search);
}

function groupView(state: State, group: AccessGroup, now: number) {
  const { id, customer_reference, lock_ids, members, time_schedules } = group;
  const shown = [...members].slice(0, MOST_SHOWN).map((user_id) => ({
    user_id,
    name: nameOf(state, user_id) ?? 'unknown',
    is_known_at_lock: group.isMemberAtLock(user_id, now),
  }));
  const schedules: TimeSchedule[] = [...time_schedules.values()];
  return {
    id,
    customer_reference,
    lock_ids: [...lock_ids],
    time_schedules: schedules,
    members: { count: members.size, items: shown },
  };
}

/** An entry with names instead of ids, as a person in Salto's dashboard sees it. */
function entryView(state: State, entry: Entry) {
  return {
    ...entry,
    who: nameOf(state, entry.user_id),
    lock: state.locks.get(entry.lock_id)?.customer_reference ?? 'a lock that is gone',
  };
}

function nameOf(state: State, userId: string): string | null {
  const account = state.accounts.get(userId);
  return account ? `${account.first_name} ${account.last_name}`.trim() : null;
}
