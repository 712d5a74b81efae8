/** The entry of the workflow bundle: what is exported here is what Temporal can run. */
export { bookingAccess } from './booking-access/booking-access.workflow.ts';
export { disconnection } from './disconnection/disconnection.workflow.ts';
export { manualAccess } from './manual-access/manual-access.workflow.ts';
export { siteCheck } from './site-check/site-check.workflow.ts';
export { subscriptionAccess } from './subscription-access/subscription-access.workflow.ts';
