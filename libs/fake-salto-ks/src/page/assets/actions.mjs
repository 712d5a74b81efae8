import { control } from './controls.mjs';
import { STRANGER } from './doors.mjs';

const always = {
  ...Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [day, true]),
  ),
  start_time: '00:00',
  end_time: '23:59',
};

/**
 * What each button does, by its `data-action`: `data` is the button's data, `page` what the page shows. Answers a
 * sentence for the reader, if there is something to say.
 */
export const actions = {
  async tap({ lock }, { visitor, nameOf, results }) {
    const { opens, reason } = await control('POST', `locks/${lock}/tap`, { user_id: visitor() });
    results.set(lock, { opens, reason, who: visitor() === STRANGER ? 'A stranger' : nameOf(visitor()) });
  },
  'set-online': ({ lock, online }) =>
    control('PATCH', `locks/${lock}`, { online: online === 'true' }).then(() => undefined),
  async 'add-member'({ group }) {
    const userId = document.querySelector(`[data-add-to="${group}"]`).value;
    await control('POST', `foreign/access_groups/${group}/users/${userId}`);
    return 'Added by hand';
  },
  async 'remove-member'({ group, user }) {
    await control('DELETE', `foreign/access_groups/${group}/users/${user}`);
    return 'Removed by hand';
  },
  async 'set-schedule'({ group, schedule }) {
    await control('PATCH', `access_groups/${group}`, { time_schedules: schedule === 'always' ? [always] : [] });
    return schedule === 'always' ? 'It opens always now' : 'It has no schedule now, so it opens nothing';
  },
  async 'delete-group'({ group, name }) {
    if (!confirm(`Delete the group “${name}”? Its members lose what it opens.`)) return undefined;
    await control('DELETE', `access_groups/${group}`);
    return `${name} is deleted`;
  },
  async 'change-user'({ user, change }) {
    await control('PATCH', `users/${user}`, JSON.parse(change));
    return 'Changed by hand';
  },
  async 'delete-user'({ user, name }) {
    if (!confirm(`Delete ${name} from this site?`)) return undefined;
    await control('DELETE', `users/${user}`);
    return `${name} is deleted`;
  },
  async 'set-seats'(_, { siteId }) {
    const seats = Number(document.querySelector('#seats').value);
    await control('PATCH', `sites/${siteId}`, { user_amount: seats });
    return `There are ${seats} seats now`;
  },
  async 'set-subscription'({ valid }, { siteId }) {
    await control('PATCH', `sites/${siteId}`, { subscription_valid: valid === 'true' });
    return valid === 'true' ? 'The subscription runs again' : 'The subscription has ended: access cannot be changed';
  },
  async 'drop-site'(_, { siteId }) {
    const { connections } = await control('POST', 'hub/drop', { site_id: siteId });
    return `Lost on ${connections} ${connections === 1 ? 'connection' : 'connections'}, which are not told`;
  },
  'remove-fault': ({ fault }) => control('DELETE', `faults/${encodeURIComponent(fault)}`).then(() => 'Fault removed'),
  'remove-faults': () => control('DELETE', 'faults').then(() => 'All faults removed'),
  async 'switch-other'({ on }) {
    await control('PATCH', 'second-integration', { enabled: on === 'true' });
    return `The second integration is ${on === 'true' ? 'on' : 'off'}`;
  },
  async 'step-other'(_, { nameOf }) {
    const step = await control('POST', 'second-integration/step');
    if (step === null) return 'There is no group to change';
    return step.does === 'added' ? 'It added one of its people' : `It removed ${nameOf(step.user_id)}`;
  },
  'set-removes': ({ removes }) => control('PATCH', 'second-integration', { removes }).then(() => undefined),
};
