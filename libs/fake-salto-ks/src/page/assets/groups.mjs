import { button, h, heading } from './dom.mjs';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The access groups with their members. What one does here is done by somebody in Salto's dashboard. */
export function groupsView({ site }) {
  const lockNames = new Map(site.locks.map(({ id, customer_reference }) => [id, customer_reference]));
  return [
    heading('groups-title', 'Access groups'),
    site.access_groups.length === 0 && h('p', { class: 'none' }, 'This site has no group.'),
    site.access_groups.map((group) => groupView(group, lockNames, site.choices)),
  ];
}

function groupView(group, lockNames, people) {
  const { id, customer_reference: name, members, lock_ids, time_schedules } = group;
  const locks = lock_ids
    .map((lock) => lockNames.get(lock))
    .filter(Boolean)
    .join(', ');
  return h(
    'details',
    { class: 'group', 'data-key': id },
    h(
      'summary',
      {},
      h('span', { class: 'group-name' }, name),
      h('span', { class: 'count' }, `${members.count} ${members.count === 1 ? 'member' : 'members'}`),
    ),
    h(
      'p',
      { class: 'facts' },
      h('span', { class: locks === '' ? 'bad' : '' }, locks === '' ? 'No lock: opens nothing' : `Opens ${locks}`),
      h('span', { class: time_schedules.length === 0 ? 'bad' : '' }, scheduleText(time_schedules)),
    ),
    memberList(group),
    h(
      'div',
      { class: 'row' },
      addMember(group, people),
      time_schedules.length > 0
        ? button(
            'Take schedule away',
            'set-schedule',
            { group: id, schedule: 'none' },
            { spoken: `Take schedule away from ${name}` },
          )
        : button('Open always', 'set-schedule', { group: id, schedule: 'always' }, { spoken: `Open always: ${name}` }),
      button('Delete group', 'delete-group', { group: id, name }, { spoken: `Delete group ${name}`, kind: 'danger' }),
    ),
  );
}

function memberList({ id, customer_reference, members }) {
  if (members.count === 0) return h('p', { class: 'none' }, 'Nobody is in it.');
  const rest = members.count - members.items.length;
  return h(
    'ul',
    { class: 'members' },
    members.items.map(({ user_id, name, is_known_at_lock }) =>
      h(
        'li',
        { 'data-key': user_id },
        h('span', {}, name),
        !is_known_at_lock && h('span', { class: 'tag' }, 'on its way to the locks'),
        button(
          'Remove',
          'remove-member',
          { group: id, user: user_id },
          { spoken: `Remove ${name} from ${customer_reference}`, kind: 'quiet' },
        ),
      ),
    ),
    rest > 0 && h('li', { class: 'none', 'data-key': 'rest' }, `and ${rest} more`),
  );
}

function addMember({ id, customer_reference, members }, people) {
  const isIn = new Set(members.items.map(({ user_id }) => user_id));
  const others = people.filter(({ user_id }) => !isIn.has(user_id));
  if (others.length === 0) return null;
  const label = `Somebody to add to ${customer_reference}`;
  return h(
    'span',
    { class: 'joined' },
    h(
      'select',
      { 'aria-label': label, 'data-add-to': id },
      others.map(({ user_id, name }) => h('option', { value: user_id, 'data-key': user_id }, name)),
    ),
    button('Add', 'add-member', { group: id }, { spoken: `Add the chosen person to ${customer_reference}` }),
  );
}

function scheduleText(schedules) {
  if (schedules.length === 0) return 'No schedule: opens nothing';
  return schedules.map(oneSchedule).join('; ');
}

function oneSchedule(schedule) {
  const { start_time, end_time, start_date, end_date } = schedule;
  const chosen = days.filter((day) => schedule[day]).map((day) => day.slice(0, 3));
  const isWholeDay = start_time.startsWith('00:00') && end_time.startsWith('23:59');
  const when = chosen.length === 7 ? 'every day' : chosen.join(' ');
  const hours = isWholeDay ? 'all day' : `${start_time.slice(0, 5)}–${end_time.slice(0, 5)}`;
  const dates = [
    start_date && `from ${start_date.replace('T', ' ')}`,
    end_date && `until ${end_date.replace('T', ' ')}`,
  ];
  return chosen.length === 7 && isWholeDay && !start_date && !end_date
    ? 'Always'
    : [`${when}, ${hours}`, ...dates].filter(Boolean).join(' ');
}
