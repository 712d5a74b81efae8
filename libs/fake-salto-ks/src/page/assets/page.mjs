import { actions } from './actions.mjs';
import { callsView, entriesView } from './activity.mjs';
import { control } from './controls.mjs';
import { h, show } from './dom.mjs';
import { doorsView } from './doors.mjs';
import { faultsView, fillFaultForm, ruleOf } from './faults.mjs';
import { groupsView } from './groups.mjs';
import { othersView } from './others.mjs';
import { peopleView, siteView } from './people.mjs';

const CALLS_SHOWN = 25;

const page = {
  siteId: location.hash.slice(1),
  sites: [],
  site: undefined,
  calls: [],
  load: { calls: 0, largest_per_second: 0, largest_at_once: 0 },
  faults: [],
  plan: undefined,
  listeners: 0,
  /** The last tap of each lock. */
  results: new Map(),
  visitor: () => element('visitor').value,
  nameOf: (userId) => page.site.choices.find(({ user_id }) => user_id === userId)?.name ?? 'somebody',
};

function element(id) {
  return document.getElementById(id);
}

/** Reads all that is shown but the calls, which come by themselves. One at a time: the next one waits for the last. */
let reading = Promise.resolve();
let isWaiting = false;
function refresh() {
  if (isWaiting) return reading;
  isWaiting = true;
  reading = reading.then(read).then(render).catch(toast);
  return reading;
}

async function read() {
  isWaiting = false;
  page.sites = (await control('GET', 'sites')).items;
  page.siteId = (page.sites.find(({ id }) => id === page.siteId) ?? page.sites[0])?.id;
  const search = encodeURIComponent(element('search').value);
  const [site, { items: faults }, plan, { items: listeners }] = await Promise.all([
    page.siteId === undefined ? undefined : control('GET', `sites/${page.siteId}?search=${search}`),
    control('GET', 'faults'),
    control('GET', 'second-integration'),
    control('GET', 'hub'),
  ]);
  Object.assign(page, { site, faults, plan, listeners: listeners.length });
}

function render() {
  show(element('sites'), page.sites.map(siteLink));
  show(element('faults'), faultsView(page));
  show(element('calls'), callsView(page));
  document.body.classList.toggle('without-site', page.site === undefined);
  if (page.site === undefined) {
    show(
      element('site'),
      h('h1', {}, 'No site'),
      h('p', {}, 'This Salto KS is empty. Add a world by ', h('code', {}, 'POST /_fake/seed'), '.'),
    );
    return;
  }
  document.title = `${page.site.customer_reference} · Fake Salto KS`;
  const views = {
    site: siteView,
    doors: doorsView,
    groups: groupsView,
    people: peopleView,
    entries: entriesView,
    others: othersView,
  };
  const shown = { ...page, visitor: element('visitor')?.value };
  for (const [id, view] of Object.entries(views)) show(element(id), view(shown));
}

function siteLink({ id, customer_reference }) {
  return h('a', { href: `#${id}`, 'data-key': id, 'aria-current': id === page.siteId && 'page' }, customer_reference);
}

let toastTimer;
function toast(message) {
  if (message === undefined) return;
  const isError = message instanceof Error;
  clearTimeout(toastTimer);
  element('toast').textContent = isError ? `That did not work: ${message.message}` : message;
  element('toast').classList.toggle('bad', isError);
  toastTimer = setTimeout(() => (element('toast').textContent = ''), 6000);
}

/** Does something and shows what came of it. When that takes the pressed button away, focus goes to what is around it. */
async function act(work, pressed) {
  const around = [
    pressed?.closest('details')?.querySelector('summary'),
    pressed?.closest('section')?.querySelector('h2'),
  ];
  try {
    toast(await work());
  } catch (error) {
    toast(error);
  }
  await refresh();
  if (pressed?.isConnected === false) around.find((place) => place?.isConnected)?.focus();
}

function follow() {
  const events = new EventSource('/_fake/events');
  const on = (name, handle) => events.addEventListener(name, ({ data }) => handle(JSON.parse(data)));
  const say = (text, isLive) => {
    if (element('live').textContent !== text) element('live').textContent = text;
    element('live').classList.toggle('good', isLive);
  };
  events.onopen = () => {
    say('Live', true);
    // Also after the fake was away: it may have begun anew.
    void readPastCalls().catch(toast).then(refresh);
  };
  events.onerror = () => say('Connection lost, trying again…', false);
  on('changed', refresh);
  on('entries', refresh);
  on('load', (load) => (page.load = load));
  on('calls', ({ items }) => {
    const known = new Map(page.calls.map((call) => [call.seq, call]));
    for (const item of items) known.set(item.seq, item);
    page.calls = [...known.values()].sort((a, b) => b.seq - a.seq).slice(0, CALLS_SHOWN);
    show(element('calls'), callsView(page));
  });
}

async function fillDelays() {
  const settings = await control('GET', 'settings');
  for (const input of element('delays-form').querySelectorAll('input')) input.value = settings[input.name];
}

async function readPastCalls() {
  const [{ items }, { total }] = await Promise.all([
    control('GET', `calls?limit=${CALLS_SHOWN}`),
    control('GET', 'load'),
  ]);
  page.calls = items.reverse();
  page.load = total;
}

document.addEventListener('click', ({ target }) => {
  const pressed = target.closest('[data-action]');
  if (pressed) void act(() => actions[pressed.dataset.action](pressed.dataset, page), pressed);
});

element('fault-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void act(() => control('POST', 'faults', ruleOf(event.target)).then(() => 'Fault added'));
});

element('delays-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const inputs = [...event.target.querySelectorAll('input')];
  const settings = Object.fromEntries(inputs.map(({ name, value }) => [name, Number(value)]));
  void act(() => control('PATCH', 'settings', settings).then(() => 'Delays saved'));
});

element('search').addEventListener('input', () => void refresh());

addEventListener('hashchange', () => {
  page.siteId = location.hash.slice(1);
  page.results.clear();
  void refresh();
});

fillFaultForm(element('fault-form'));
await fillDelays().catch(toast);
follow();
