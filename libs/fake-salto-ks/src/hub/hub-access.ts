import { decodeJwt } from 'jose';
import { authenticate } from '../api/api-route.ts';
import { guessed, measured } from '../http/errors.ts';
import type { Incoming } from '../http/route.ts';
import type { Account } from '../state/accounts.ts';

/** What one connection is for. */
export interface Subscription {
  accountId: string;
  siteIds: string[];
  /** Only entries of this person (platform id); null for everybody's. */
  userId: string | null;
  /** Epoch ms: when the token ends. */
  expiresAt: number;
}

/**
 * Checks who wants to hear what. The token comes as a header or as `access_token` and needs what the API needs
 * (documented); 401 otherwise. A site's entries are for its administrators (documented), those of one person also for
 * that person (a guess). A site without the feature `events_streaming` is refused with 403 (the error is a guess).
 */
export async function subscriptionOf(incoming: Incoming): Promise<Subscription> {
  const { query, headers } = incoming;
  const authorization = headers.authorization ?? `Bearer ${query.get('access_token') ?? ''}`;
  const account = await authenticate({ ...incoming, headers: { authorization } });
  incoming.caller = account;
  const userId = query.get('user_id');
  const siteIds = siteIdsOf(query);
  for (const siteId of siteIds) checkSite(incoming, account, siteId, userId);
  const { exp = 0 } = decodeJwt(String(authorization).slice('Bearer '.length));
  return { accountId: account.id, siteIds, userId, expiresAt: exp * 1000 };
}

/** One site is documented; several, repeated or with commas, are a guess (ASP.NET reads both the same way). */
function siteIdsOf(query: URLSearchParams): string[] {
  const siteIds = query.getAll('site_id').flatMap((value) => value.split(','));
  if (siteIds.join('') === '') throw measured.invalidParameter('site_id is required');
  return siteIds;
}

function checkSite({ world }: Incoming, account: Account, siteId: string, userId: string | null): void {
  const site = world.state.sites.get(siteId);
  if (!site) throw guessed.notFound('Site');
  const user = world.state.siteUsers.ofAccount(siteId, account.id);
  const isOwn = userId === account.id;
  if (!user || !(isOwn || user.role_codes.includes('site_admin'))) throw guessed.missingRole();
  if (!site.features.includes('events_streaming')) throw guessed.missingFeature('events_streaming');
}
