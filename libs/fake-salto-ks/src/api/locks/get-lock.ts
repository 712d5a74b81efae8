import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { findLock } from './find-lock.ts';
import { lockView } from './lock-view.ts';

export const getLock = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/locks/:lock',
  handle: (call) => json(200, lockView(call.state, findLock(call, call.param('lock')), call.now)),
});
