import { button, h, heading } from './dom.mjs';

/** What a tap's reason means, in words. */
const reasons = {
  opened: 'Opened',
  opened_off_line: 'Opened: off line, and let in lately',
  site_unsubscribed: 'Refused: the subscription of the site has ended',
  lock_offline: 'Refused: the lock is off line',
  not_in_group: 'Refused: in no group of this lock',
  group_without_schedule: 'Refused: the group has no schedule',
  suspended: 'Refused: suspended, has no seat',
  pin_not_in_use: 'Refused: the PIN is not in use',
  blocked: 'Refused: blocked',
  expired: 'Refused: expired',
  outside_schedule: 'Refused: outside the schedule',
};

/** Nobody whom this Salto KS knows. */
export const STRANGER = '00000000-0000-4000-8000-00000000dead';

/** The doors, each with a key to hold to it. `results` has the last tap of each lock. */
export function doorsView({ site, results, visitor }) {
  const people = site.choices;
  const chosen = people.some(({ user_id }) => user_id === visitor) ? visitor : people[0]?.user_id;
  return [
    h(
      'div',
      { class: 'section-head' },
      heading('doors-title', 'Doors'),
      h('label', { class: 'inline' }, 'At the door ', visitorSelect(people, visitor === STRANGER ? STRANGER : chosen)),
    ),
    site.locks.length === 0 && h('p', { class: 'none' }, 'This site has no lock.'),
    h(
      'ul',
      { class: 'doors' },
      site.locks.map((lock) => door(lock, results.get(lock.id))),
    ),
  ];
}

function visitorSelect(people, chosen) {
  const option = (value, label) => h('option', { value, 'data-key': value, selected: value === chosen }, label);
  return h(
    'select',
    { id: 'visitor' },
    people.map(({ user_id, name }) => option(user_id, name)),
    option(STRANGER, 'A stranger'),
  );
}

/** How a lock is reached: it may be on line itself, and its IQ not. */
function reach(online, isReached) {
  if (!online) return 'off line';
  return isReached ? 'on line' : 'off line with its IQ';
}

function door({ id, customer_reference: name, online, is_reached }, result) {
  return h(
    'li',
    { class: 'door', 'data-key': id },
    h(
      'div',
      { class: 'door-name' },
      h('strong', {}, name),
      h('span', { class: is_reached ? 'tag good' : 'tag bad' }, reach(online, is_reached)),
    ),
    h(
      'p',
      { class: `result ${result ? (result.opens ? 'good' : 'bad') : ''}`, role: 'status' },
      result ? `${result.who}: ${reasons[result.reason] ?? result.reason}` : 'Nobody has tried yet',
    ),
    h(
      'div',
      { class: 'row' },
      button('Tap', 'tap', { lock: id }, { spoken: `Tap at ${name}`, kind: 'primary' }),
      button(
        online ? 'Take off line' : 'Bring on line',
        'set-online',
        { lock: id, online: !online },
        {
          spoken: `${online ? 'Take off line' : 'Bring on line'}: ${name}`,
        },
      ),
    ),
  );
}
