import type { Route } from '../http/route.ts';
import { createAccessGroup } from './access-groups/create-access-group.ts';
import { deleteAccessGroup } from './access-groups/delete-access-group.ts';
import { getAccessGroup } from './access-groups/get-access-group.ts';
import { listAccessGroups } from './access-groups/list-access-groups.ts';
import { updateAccessGroup } from './access-groups/update-access-group.ts';
import { getMkey } from './devices/get-mkey.ts';
import { listDevices } from './devices/list-devices.ts';
import { registerDevice } from './devices/register-device.ts';
import { setCertificate } from './devices/set-certificate.ts';
import { exportEntries } from './entries/export-entries.ts';
import { entriesOfWrongVersion } from './entries/entries-of-wrong-version.ts';
import { listEntries } from './entries/list-entries.ts';
import { addGroupLock } from './group-locks/add-group-lock.ts';
import { listGroupLocks } from './group-locks/list-group-locks.ts';
import { removeGroupLock } from './group-locks/remove-group-lock.ts';
import { addGroupUser } from './group-users/add-group-user.ts';
import { listGroupUsers } from './group-users/list-group-users.ts';
import { removeGroupUser } from './group-users/remove-group-user.ts';
import { createGuest } from './guests/create-guest.ts';
import { changeIqPin } from './iqs/change-iq-pin.ts';
import { getIqSecret } from './iqs/get-iq-secret.ts';
import { getIq } from './iqs/get-iq.ts';
import { listActivatedIqs } from './iqs/list-activated-iqs.ts';
import { listIqs } from './iqs/list-iqs.ts';
import { mailIqPin } from './iqs/mail-iq-pin.ts';
import { changeLocking } from './locks/change-locking.ts';
import { getLock } from './locks/get-lock.ts';
import { listLocks } from './locks/list-locks.ts';
import { getMe } from './me/get-me.ts';
import { setCustomPin } from './pins/set-custom-pin.ts';
import { setPin } from './pins/set-pin.ts';
import { getSiteMe } from './sites/get-site-me.ts';
import { getSiteSubscription } from './sites/get-site-subscription.ts';
import { getSite } from './sites/get-site.ts';
import { listRoles } from './sites/list-roles.ts';
import { listSites } from './sites/list-sites.ts';
import { createSchedule } from './time-schedules/create-schedule.ts';
import { deleteSchedule } from './time-schedules/delete-schedule.ts';
import { getSchedule } from './time-schedules/get-schedule.ts';
import { listSchedules } from './time-schedules/list-schedules.ts';
import { updateSchedule } from './time-schedules/update-schedule.ts';
import { createUser } from './users/create-user.ts';
import { deleteUser } from './users/delete-user.ts';
import { getUser } from './users/get-user.ts';
import { listKeys } from './users/list-keys.ts';
import { listUsers } from './users/list-users.ts';
import { updateUserSubscription } from './users/update-user-subscription.ts';
import { updateUser } from './users/update-user.ts';
import { forbidV2 } from './v2/forbid-v2.ts';

/** The Connect API, the busiest operations first: the router tries them in order. */
export const apiRoutes: readonly Route[] = [
  ...[addGroupUser, removeGroupUser, listGroupUsers],
  ...[listUsers, getUser, createUser, updateUser, updateUserSubscription, deleteUser],
  ...[createGuest, setPin, setCustomPin, listKeys],
  ...[listEntries, exportEntries, entriesOfWrongVersion],
  ...[listAccessGroups, getAccessGroup, createAccessGroup, updateAccessGroup, deleteAccessGroup],
  ...[listGroupLocks, addGroupLock, removeGroupLock],
  ...[listSchedules, getSchedule, createSchedule, updateSchedule, deleteSchedule],
  ...[listLocks, getLock, changeLocking],
  ...[listIqs, getIq, getIqSecret, mailIqPin, changeIqPin, listActivatedIqs],
  ...[listDevices, registerDevice, setCertificate, getMkey],
  ...[getMe, listSites, getSite, getSiteMe, getSiteSubscription, listRoles],
  ...forbidV2,
];
