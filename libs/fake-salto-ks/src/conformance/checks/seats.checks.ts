import { must, observe, NotVerifiable, type CheckGroup } from '../check.ts';
import type { CreatedUser } from '../created.ts';
import type { Lab } from '../lab.ts';
import { isSuccess, objectOf, outcome } from '../seen.ts';
import { ownSite } from './sites.checks.ts';

interface Seats {
  taken: number;
  free: number;
}

async function seats(lab: Lab): Promise<Seats> {
  const { active_user_amount, subscribed_user_amount } = await ownSite(lab);
  const taken = Number(active_user_amount);
  return { taken, free: Number(subscribed_user_amount) - taken };
}

/** A user of whom we know that it has a seat. */
async function seatedUser(lab: Lab): Promise<CreatedUser> {
  if ((await seats(lab)).free < 1) throw new NotVerifiable('needs a free seat');
  return lab.createReadyUser();
}

/** By how many seats something changed those that are taken: "+1". */
async function change(lab: Lab, from: number): Promise<string> {
  const difference = (await seats(lab)).taken - from;
  return difference > 0 ? `+${difference}` : String(difference);
}

/** Takes every seat that is left, as far as that is allowed here, and one more. */
async function overfill(lab: Lab): Promise<CreatedUser> {
  const { free } = await seats(lab);
  const { seatsToFill } = lab.session.target;
  if (free > seatsToFill) throw new NotVerifiable(`needs leave to fill ${free} free seats (${seatsToFill} given)`);
  for (let seat = 0; seat < free; seat += 1) await lab.createGuest();
  return lab.createGuest();
}

const subscribe = (lab: Lab, id: string, state: string) => lab.site('PATCH', `users/${id}/subscription`, { state });

export const seatChecks: CheckGroup = {
  title: 'Seats',
  checks: [
    must({
      id: 'seats.taken',
      fact: 'M',
      says: 'A new user takes a seat.',
      expected: '+1, subscribed',
      see: async (lab) => {
        const { taken } = await seats(lab);
        const { body } = await seatedUser(lab);
        return `${await change(lab, taken)}, ${String(body.subscription_state)}`;
      },
    }),
    must({
      id: 'seats.deleted',
      fact: 'M',
      says: 'Deleting a user frees the seat at once.',
      expected: '-1',
      see: async (lab) => {
        const { id } = await seatedUser(lab);
        const { taken } = await seats(lab);
        await lab.site('DELETE', `users/${id}`);
        return change(lab, taken);
      },
    }),
    must({
      id: 'seats.suspended',
      fact: 'C',
      says: 'Suspending a user, by the field state, frees the seat.',
      expected: '200, -1',
      see: async (lab) => {
        const { id } = await seatedUser(lab);
        const { taken } = await seats(lab);
        const answer = await subscribe(lab, id, 'suspended');
        return `${outcome(answer)}, ${await change(lab, taken)}`;
      },
    }),
    must({
      id: 'seats.suspend.field',
      fact: 'M',
      says: 'The field is not subscription_state: 400 1101.',
      expected: '400 1101',
      see: async (lab) => {
        const { id } = await lab.createReadyUser();
        return outcome(await lab.site('PATCH', `users/${id}/subscription`, { subscription_state: 'suspended' }));
      },
    }),
    must({
      id: 'seats.expired',
      fact: 'M',
      says: 'A guest keeps its seat after expires_at.',
      expected: '+1',
      see: async (lab) => {
        const { taken, free } = await seats(lab);
        if (free < 1) throw new NotVerifiable('needs a free seat');
        const expiresAt = Date.now() + 1000;
        await lab.createGuest({ expires_at: new Date(expiresAt).toISOString() });
        await lab.until('not expired', () => Promise.resolve(Date.now() > expiresAt));
        return change(lab, taken);
      },
    }),
    must({
      id: 'seats.full',
      fact: 'M',
      says: 'On a full site a guest is created all the same, silently suspended.',
      expected: 'suspended',
      see: async (lab) => String((await overfill(lab)).body.subscription_state),
    }),
    must({
      id: 'seats.full.pin',
      fact: 'M',
      says: 'Somebody suspended by a full site gets a PIN without an error.',
      expected: 'a PIN',
      see: async (lab) => {
        const { id } = await overfill(lab);
        await lab.until('refused', async () => isSuccess(await lab.site('PUT', `users/${id}/pin`, {})));
        return 'a PIN';
      },
    }),
    observe({
      id: 'seats.full.subscribe',
      says: 'What is the answer to subscribing somebody on a full site?',
      guess: '200, suspended',
      see: async (lab) => {
        const { id } = await overfill(lab);
        await lab.until('has not arrived', async () => (await subscribe(lab, id, 'suspended')).status !== 403);
        const answer = await subscribe(lab, id, 'subscribed');
        return `${outcome(answer)}, ${String(objectOf((await lab.get(`users/${id}`)).body).subscription_state)}`;
      },
    }),
  ],
};
