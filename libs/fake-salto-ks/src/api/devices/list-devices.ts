import { listAnswer } from '../../http/odata/list.ts';
import { accountRoute } from '../api-route.ts';
import { deviceFields, deviceView } from './device-view.ts';

/** The caller's own phones. */
export const listDevices = accountRoute({
  method: 'GET',
  path: '/v1.2/me/devices',
  handle: ({ incoming, state, caller }) =>
    listAnswer(incoming, {
      items: state.devices.all().filter(({ account_id }) => account_id === caller.id),
      view: deviceView,
      fields: deviceFields,
    }),
});
