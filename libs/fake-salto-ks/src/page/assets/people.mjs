import { button, h } from './dom.mjs';

/** What there is to say about the site as a whole: its seats, its subscription, who listens to its events. */
export function siteView({ site, listeners }) {
  const { seats_taken: taken, user_amount: seats, subscription_valid: isValid } = site;
  const isFull = taken >= seats;
  return [
    h('h1', {}, site.customer_reference),
    h(
      'p',
      { class: 'facts' },
      h('span', {}, `${site.site_uid} · ${site.time_zone}`),
      h('span', { class: isValid ? '' : 'bad' }, isValid ? 'Subscription runs' : 'Subscription has ended'),
      h('span', {}, `${listeners} ${listeners === 1 ? 'listener' : 'listeners'} on the event hub`),
    ),
    h(
      'div',
      { class: 'seats' },
      h('label', { for: 'seat-meter' }, `${taken.toLocaleString('en')} of ${seats.toLocaleString('en')} seats taken`),
      h('meter', {
        id: 'seat-meter',
        min: 0,
        max: Math.max(seats, 1),
        value: taken,
        high: Math.max(seats, 1) * 0.8,
        optimum: 0,
      }),
      isFull && h('span', { class: 'bad' }, 'Full: new people are silently suspended'),
    ),
    h(
      'div',
      { class: 'row' },
      h(
        'span',
        { class: 'joined' },
        h('input', { type: 'number', min: 0, value: seats, id: 'seats', 'aria-label': 'Number of seats' }),
        button('Set seats', 'set-seats'),
      ),
      button(isValid ? 'End subscription' : 'Renew subscription', 'set-subscription', { valid: !isValid }),
      button('Lose site on the hub', 'drop-site', {}, { spoken: 'Lose site on the hub, on its open connections' }),
    ),
  ];
}

/** The site's users. */
export function peopleView({ site }) {
  const { count, found, items } = site.people;
  if (count === 0) return h('p', { class: 'none' }, 'This site has no user.');
  if (found === 0) return h('p', { class: 'none' }, 'Nobody has a name or e-mail like that.');
  return [
    h('ul', { class: 'people' }, items.map(person)),
    found > items.length &&
      h('p', { class: 'none' }, `The first ${items.length} of ${found.toLocaleString('en')}. Search for others.`),
  ];
}

function person(user) {
  const { id, user_id, name, email, role_codes, subscription_state, blocked } = user;
  const isSuspended = subscription_state === 'suspended';
  const isAdmin = role_codes.includes('site_admin');
  return h(
    'li',
    { class: 'person', 'data-key': id },
    h(
      'div',
      { class: 'who' },
      h('strong', {}, name || 'without a name'),
      h('span', { class: 'muted' }, email ?? 'no e-mail'),
    ),
    h(
      'div',
      { class: 'tags' },
      h('span', { class: isSuspended ? 'tag bad' : 'tag good' }, isSuspended ? 'suspended' : 'has a seat'),
      blocked && h('span', { class: 'tag bad' }, 'blocked'),
      isAdmin && h('span', { class: 'tag' }, 'administrator'),
      isExpired(user) && h('span', { class: 'tag bad' }, 'expired'),
    ),
    h(
      'div',
      { class: 'row' },
      button(
        isSuspended ? 'Subscribe' : 'Suspend',
        'change-user',
        { user: id, change: JSON.stringify({ subscription_state: isSuspended ? 'subscribed' : 'suspended' }) },
        { spoken: `${isSuspended ? 'Subscribe' : 'Suspend'} ${name}`, kind: 'quiet' },
      ),
      button(
        blocked ? 'Unblock' : 'Block',
        'change-user',
        { user: id, change: JSON.stringify({ blocked: !blocked }) },
        { spoken: `${blocked ? 'Unblock' : 'Block'} ${name}`, kind: 'quiet' },
      ),
      isAdmin &&
        button(
          'Take admin role',
          'change-user',
          { user: id, change: JSON.stringify({ role: 'site_user' }) },
          { spoken: `Take admin role from ${name}`, kind: 'quiet' },
        ),
      !isAdmin &&
        button(
          'Make admin',
          'change-user',
          { user: id, change: JSON.stringify({ role: 'site_admin' }) },
          { spoken: `Make admin: ${name}`, kind: 'quiet' },
        ),
      button(
        'Delete',
        'delete-user',
        { user: id, person: user_id, name },
        { spoken: `Delete ${name} from the site`, kind: 'quiet danger' },
      ),
    ),
  );
}

function isExpired({ expires_at }) {
  return expires_at !== null && Date.parse(expires_at) <= Date.now();
}
