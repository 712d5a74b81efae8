import { button, h } from './dom.mjs';

/** What one can have happen, by a name that people understand. */
const effects = [
  ['Time out, but do the write', { kind: 'timeout', write: 'applied' }],
  ['Time out, without the write', { kind: 'timeout', write: 'lost' }],
  ['Time out, and do the write 10 s later', { kind: 'late_write', after_ms: 10_000 }],
  ['Break off, but do the write', { kind: 'reset', write: 'applied' }],
  ['Break off, without the write', { kind: 'reset', write: 'lost' }],
  ['429, try again after 5 s', { kind: 'rate_limit', retry_after_seconds: 5 }],
  ['429, without Retry-After', { kind: 'rate_limit' }],
  ['503 unavailable', { kind: 'unavailable' }],
  ['401 unauthorized', { kind: 'unauthorized' }],
  ['Refused grant (invalid_grant)', { kind: 'invalid_grant' }],
  ['Answer 3 s late', { kind: 'delay', delay_ms: 3000 }],
  ['Body cut off', { kind: 'body', as: 'malformed' }],
  ['Body empty', { kind: 'body', as: 'empty' }],
  ['Bare array instead of an envelope', { kind: 'body', as: 'bare_array' }],
  ['Error inside of a 200', { kind: 'error_in_success' }],
  [
    '404 2202, as for a user not yet spread',
    { kind: 'answer', status: 404, body: { ErrorCode: 2202, Message: 'User not found' } },
  ],
];

const targets = [
  ['All calls', {}],
  ['All writes to groups', { path: '/v*/sites/*/access_groups/**' }],
  ['Adding a member', { method: 'POST', path: '/v1.2/sites/*/access_groups/*/users' }],
  ['Removing a member', { method: 'DELETE', path: '/v1.2/sites/*/access_groups/*/users/*' }],
  ['Listing members', { method: 'GET', path: '/v1.2/sites/*/access_groups/*/users' }],
  ['Creating a person', { method: 'POST', path: '/v1.2/sites/*/users' }],
  ['Looking people up', { method: 'GET', path: '/v1.2/sites/*/users' }],
  ['Reading entries', { method: 'GET', path: '/v1.1/sites/*/entries' }],
  ['Refreshing a token', { operation: 'refresh_token' }],
  ['Connecting to the event hub', { operation: 'hub_connect' }],
  ['Messages of the event hub', { operation: 'hub_message' }],
];

/** Fills the form's choices. */
export function fillFaultForm(form) {
  for (const [select, choices] of [
    [form.elements.effect, effects],
    [form.elements.target, targets],
  ]) {
    select.append(...choices.map(([label], at) => h('option', { value: at }, label)));
  }
}

/** The rule that the form asks for. */
export function ruleOf(form) {
  const { effect, target, percent, times, seconds } = form.elements;
  return {
    ...targets[Number(target.value)][1],
    effect: effects[Number(effect.value)][1],
    probability: Number(percent.value) / 100,
    ...(times.value !== '' && { times: Number(times.value) }),
    ...(seconds.value !== '' && { for_ms: Number(seconds.value) * 1000 }),
  };
}

/** The faults that stand, and what they did so far. */
export function faultsView({ faults }) {
  if (faults.length === 0) return h('p', { class: 'none' }, 'None. Everything works.');
  return [
    h(
      'ul',
      { class: 'faults' },
      faults.map((rule) =>
        h(
          'li',
          { 'data-key': rule.id, class: rule.is_over ? 'over' : '' },
          h(
            'div',
            {},
            h('strong', {}, effectName(rule.effect)),
            h('span', { class: 'muted' }, ` ${targetName(rule)}${shareOf(rule)}`),
          ),
          h(
            'span',
            { class: rule.is_over ? 'tag' : 'tag bad' },
            `${rule.hits} ${rule.hits === 1 ? 'hit' : 'hits'}${rule.is_over ? ', over' : ''}`,
          ),
          button(
            'Remove',
            'remove-fault',
            { fault: rule.id },
            { spoken: `Remove the fault ${effectName(rule.effect)}`, kind: 'quiet' },
          ),
        ),
      ),
    ),
    button('Remove all faults', 'remove-faults'),
  ];
}

function effectName(effect) {
  const isThis = ([, known]) =>
    Object.entries(known).every(([name, value]) => JSON.stringify(effect[name]) === JSON.stringify(value));
  return effects.find(isThis)?.[0] ?? effect.kind.replaceAll('_', ' ');
}

function targetName({ method, path, operation }) {
  if (operation) return operation.replaceAll('_', ' ');
  const isAny = path === '/**' && !method;
  return (
    targets.find(([, known]) => known.path === path && known.method === method)?.[0] ??
    (isAny ? 'All calls' : `${method ?? ''} ${path}`.trim())
  );
}

function shareOf({ probability, times }) {
  const share = probability < 1 ? `, ${Math.round(probability * 100)} % of them` : '';
  return times === undefined ? share : `${share}, at most ${times}`;
}
