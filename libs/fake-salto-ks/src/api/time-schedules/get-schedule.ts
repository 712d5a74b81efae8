import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { findSchedule } from './find-schedule.ts';

export const getSchedule = siteRoute({
  method: 'GET',
  path: '/v1.1/sites/:site/access_groups/:group/time_schedules/:schedule',
  handle: (call) => json(200, findSchedule(call)),
});
