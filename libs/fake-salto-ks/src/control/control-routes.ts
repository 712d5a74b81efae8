import type { Route } from '../http/route.ts';
import { followEvents, getPageFile, showPage } from '../page/page-routes.ts';
import { getSiteForPage, listSitesForPage } from '../page/site-overview.ts';
import { changeGroupByHand, deleteGroupByHand } from './by-hand/access-groups.ts';
import { deleteLockByHand } from './by-hand/delete-lock.ts';
import { changeUserByHand, deleteUserByHand } from './by-hand/users.ts';
import { forgetCalls, listCalls } from './call-routes.ts';
import { changeIq } from './change-iq.ts';
import { changeLock } from './change-lock.ts';
import { changeSite } from './change-site.ts';
import { deleteAccount } from './delete-account.ts';
import { addFaults, listFaults, removeFault, removeFaults } from './fault-routes.ts';
import { addForeignMember, removeForeignMember } from './foreign-members.ts';
import { breakHubConnections, dropHubSite, listHubConnections } from './hub-control-routes.ts';
import { listLateWrites, releaseLateWrites } from './late-write-routes.ts';
import { getLoad, resetLoad } from './load-routes.ts';
import { changeSecondIntegration, getSecondIntegration, stepSecondIntegration } from './second-integration-routes.ts';
import { forgetMails, listMails } from './mail-routes.ts';
import { revokeRefreshTokens } from './refresh-token-routes.ts';
import { addSeed } from './seed-routes.ts';
import { getSettings, updateSettings } from './settings-routes.ts';
import { getHealth, getState, reset } from './state-routes.ts';
import { tapLock } from './tap-lock.ts';

/** Everything below `/_fake/`: no Salto has it. */
export const controlRoutes: readonly Route[] = [
  ...[tapLock, changeLock, changeIq, changeSite, addForeignMember, removeForeignMember, deleteAccount],
  ...[revokeRefreshTokens, listMails, forgetMails],
  ...[listFaults, addFaults, removeFault, removeFaults, listLateWrites, releaseLateWrites],
  ...[changeUserByHand, deleteUserByHand, changeGroupByHand, deleteGroupByHand, deleteLockByHand],
  ...[getSecondIntegration, changeSecondIntegration, stepSecondIntegration],
  ...[listHubConnections, dropHubSite, breakHubConnections],
  ...[listCalls, forgetCalls, getLoad, resetLoad, getSettings, updateSettings],
  ...[showPage, getPageFile, followEvents, listSitesForPage, getSiteForPage],
  ...[getState, addSeed, reset, getHealth],
];
