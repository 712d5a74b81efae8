import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';

/** A site's seats: taken, and paid for. */
export interface Seats {
  readonly used: number;
  readonly limit: number;
}

/** One call where Salto tells both in the site; else what it leaves out is asked for. @throws SaltoKsError */
export async function readSeats(site: SaltoKsSite): Promise<Seats> {
  const { active_user_amount: used, subscribed_user_amount: limit } = await site.site();
  return {
    used: used ?? (await countUsers(site)),
    limit: limit ?? (await site.subscription()).user_amount,
  };
}

async function countUsers(site: SaltoKsSite): Promise<number> {
  return (await site.users()).filter(({ subscription_state: state }) => state !== 'suspended').length;
}
