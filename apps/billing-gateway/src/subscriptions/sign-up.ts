import type { NewSubscription } from '@latchkey/contracts';
import { conflict, forbidden, notFound, unprocessable, type Caller } from '@latchkey/service-kit';
import type { PlanEntity } from '../plans/plan.entity.ts';

/**
 * A member signs up for itself, at a location of its own, and to plans only (S3.8).
 * @throws Problem 404, 403 `sign_up_for_others`, 422 `sign_up_terms`
 */
export function requireOwnSignUp(caller: Caller, { locationId, holder, items }: NewSubscription): void {
  if (caller.kind !== 'person' || !caller.memberOf.includes(locationId)) throw notFound('location', locationId);
  if (holder.kind !== 'member' || holder.personId !== caller.personId) {
    const detail = 'A member signs up for itself only.';
    throw forbidden('sign_up_for_others', detail, 'Ask an administrator of your location for other subscriptions.');
  }
  if (items.some(({ kind }) => kind !== 'plan')) {
    throw unprocessable('sign_up_terms', 'A sign-up is to plans only.', 'Ask an administrator to rent a resource.');
  }
}

/**
 * The plans must be open to sign-up, and what was before today is not for a member to claim.
 * @param today the date at the location
 * @throws Problem 409 `plan_not_open`, 422 `sign_up_terms`
 */
export function requireSignUpTerms(body: NewSubscription, plans: readonly PlanEntity[], today: string): void {
  if (body.startOn < today || body.paymentStatus !== 'unpaid') {
    const detail = `A sign-up begins today (${today}) or later, and is not paid yet.`;
    throw unprocessable('sign_up_terms', detail, 'Choose another start, and leave paymentStatus out.');
  }
  const closed = plans.find(({ isOpenToSignUp }) => !isOpenToSignUp);
  if (closed !== undefined) {
    const detail = `Plan ${closed.id} is not open to sign-up.`;
    throw conflict('plan_not_open', detail, 'Ask an administrator of your location to subscribe you.');
  }
}
