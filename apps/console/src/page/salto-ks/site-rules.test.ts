import type { ConnectionBody, OfferedSite } from '@latchkey/contracts';
import { confirmationsFor, isChoosable } from './site-rules.ts';

const site: OfferedSite = { id: 'new', name: 'New', timeZone: null, isSubscriptionValid: true, use: 'free' };
const connection = { siteId: 'old', status: 'connected' } as ConnectionBody;

test('a site of a location that is not the administrator’s cannot be chosen, nor one without a subscription', () => {
  expect(isChoosable(site)).toBe(true);
  expect(isChoosable({ ...site, use: 'location_of_yours' })).toBe(true);
  expect(isChoosable({ ...site, use: 'another_location' })).toBe(false);
  expect(isChoosable({ ...site, isSubscriptionValid: false })).toBe(false);
});

test('to share a site, and to leave the present one, has to be confirmed', () => {
  expect(confirmationsFor(site, null)).toEqual([]);
  expect(confirmationsFor(site, { ...connection, siteId: 'new' })).toEqual([]);
  expect(confirmationsFor(site, { ...connection, status: 'disconnected' })).toEqual([]);
  expect(confirmationsFor(site, { ...connection, status: 'needs_reconnect' })).toEqual(['change_site']);
  expect(confirmationsFor({ ...site, use: 'location_of_yours' }, connection)).toEqual(['share_site', 'change_site']);
});
