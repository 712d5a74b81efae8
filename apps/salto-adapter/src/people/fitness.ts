import { asDoorFailure } from '../access/failures.ts';
import { VERIFY_AFTER_MS } from '../access/intents.ts';
import type { PairSession } from '../access/pair-lock.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';
import { askUpkeepAt, hurryIdle } from './upkeep-rows.ts';
import { unlessSpreading } from './spreading.ts';
import { updateUser, type SaltoUser } from './user-rows.ts';

/** What was seen of a user longer ago is read again before it opens anything: somebody may have blocked or deleted it. */
const FITNESS_AGE_MS = 60 * 60_000;

/**
 * The user, seen fit to open doors: with a seat and not blocked. A full site gives no seat and says so nowhere, so what
 * was asked for is read back. A user of ours without a seat asks for one each time; one that is not ours is left as it
 * is (S5.5).
 * @throws SaltoKsError `seat_limit_reached`, `user_not_subscribed`, `user_blocked`, `user_deleted_externally`
 */
export async function fitUser(session: PairSession, site: SaltoKsSite, user: SaltoUser): Promise<SaltoUser> {
  const isFresh = user.checkedAt !== null && session.now() - user.checkedAt <= FITNESS_AGE_MS;
  if (user.hasSeat && isFresh) return user;
  let asked = user.hasSeat ? user : await askForSeat(session, site, user);
  let answer = await read(session, site, asked);
  if (asked.hasSeat && answer.subscription_state === 'suspended') {
    asked = await askForSeat(session, site, { ...asked, hasSeat: false });
    answer = await read(session, site, asked);
  }
  const unfit = unfitness(answer, asked);
  if (unfit === undefined) return saveFit(session, asked);
  await updateUser(session, asked, { checkedAt: null, hasSeat: answer.subscription_state !== 'suspended' });
  if (unfit.code === 'seat_limit_reached') await hurryIdle(session);
  throw unfit;
}

/** Whether Salto's answer shows a user that can open doors. */
export function isFit(answer: SiteUserAnswer): boolean {
  return answer.subscription_state !== 'suspended' && answer.blocked !== true;
}

/** Recorded before it is sent, so that a seat that is given late is known to be taken. */
async function askForSeat(session: PairSession, site: SaltoKsSite, user: SaltoUser): Promise<SaltoUser> {
  if (user.origin !== 'created') return user;
  const asked = await updateUser(session, user, { seatWantedAt: session.now() });
  await aboutUser(session, asked, () => site.subscribe(user.siteUserId));
  return asked;
}

function read(session: PairSession, site: SaltoKsSite, user: SaltoUser): Promise<SiteUserAnswer> {
  return aboutUser(session, user, () => site.user(user.siteUserId));
}

function unfitness({ subscription_state: state, blocked }: SiteUserAnswer, { origin }: SaltoUser) {
  if (blocked === true) return new SaltoKsError('the user is blocked', { code: 'user_blocked', retry: 'never' });
  if (state !== 'suspended') return undefined;
  return origin === 'created'
    ? new SaltoKsError('the site has no free seat', { code: 'seat_limit_reached', retry: 'later' })
    : new SaltoKsError('the linked user is suspended', { code: 'user_not_subscribed', retry: 'never' });
}

/**
 * A suspension without an answer may still take the seat away: then it counts for this attempt alone, and is looked at
 * again when nothing can land any more.
 */
async function saveFit(session: PairSession, user: SaltoUser): Promise<SaltoUser> {
  const now = session.now();
  const sureAt = user.seatUnsureAt === null ? now : user.seatUnsureAt + VERIFY_AFTER_MS;
  if (sureAt > now) {
    await askUpkeepAt(session, sureAt);
    return { ...user, hasSeat: true };
  }
  return updateUser(session, user, { hasSeat: true, checkedAt: now, seatWantedAt: null, seatUnsureAt: null });
}

/** What is said of a new user may pass; of an older one that is gone, nothing that was seen of it holds any more. */
async function aboutUser<T>(session: PairSession, user: SaltoUser, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const failure = unlessSpreading(asDoorFailure(error), user, session.now());
    if (failure.code === 'user_deleted_externally') await updateUser(session, user, { checkedAt: null });
    throw failure;
  }
}
