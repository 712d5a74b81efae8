import { randomBytes } from 'node:crypto';
import { must, observe, type CheckGroup } from '../check.ts';
import { rolesOf, type Lab } from '../lab.ts';
import type { Answer } from '../salto-client.ts';
import { fieldsOf, isSuccess, itemsOf, objectOf, outcome } from '../seen.ts';

const userFields = ['id', 'user', 'roles', 'alias', 'subscription_state', 'use_pin', 'remote_access', 'blocked'];
const platformFields = ['id', 'email', 'first_name', 'last_name'];

/** Salto mails an invitation: example.com takes no mail (RFC 7505). */
const newEmail = () => `Conformance-${randomBytes(6).toString('hex')}@example.com`;

const findByEmail = (lab: Lab, email: string) =>
  lab.get(`users?$filter=${encodeURIComponent(`user/email eq '${email}'`)}`);

/** How many of these are who was looked for: "1 of 1". */
const found = (items: { id?: unknown }[] | undefined, id: string) =>
  `${items?.filter((item) => item.id === id).length ?? 0} of ${items?.length ?? 0}`;

export const userChecks: CheckGroup = {
  title: 'Users',
  checks: [
    observe({
      id: 'users.create',
      says: 'With which status is a user created? (Guests: 201.)',
      guess: '201',
      see: async (lab) => outcome(await lab.askForUser()),
    }),
    must({
      id: 'users.fields',
      fact: 'M',
      says: 'A user of the site has a state, and the account within.',
      expected: [...userFields, ...platformFields].join(', '),
      see: async (lab) => {
        const { body } = await lab.createUser();
        return `${fieldsOf(body, userFields)}, ${fieldsOf(body.user, platformFields)}`;
      },
    }),
    must({
      id: 'users.two-ids',
      fact: 'M',
      says: 'A user has two ids: that of the site user, and that of the account.',
      expected: 'two',
      see: async (lab) => {
        const { id, platformId } = await lab.createUser();
        return id === platformId ? 'one' : 'two';
      },
    }),
    must({
      id: 'users.roles-arrive',
      fact: 'M',
      says: 'A new user may have no roles, and has them within two minutes.',
      expected: 'site_user',
      see: async (lab) => {
        const { id } = await lab.createReadyUser();
        return rolesOf((await lab.get(`users/${id}`)).body).join(', ');
      },
    }),
    must({
      id: 'users.not-arrived.group',
      fact: 'M',
      says: 'A new user that has not arrived is 404 2202 to a group, and taken later.',
      expected: ['2xx', '404 2202, later 2xx'],
      ofFake: '404 2202, later 2xx',
      see: async (lab) => {
        const group = await lab.createGroup();
        const { platformId: user_id } = await lab.createUser();
        return firstAndLater(lab, () => lab.site('POST', `access_groups/${group}/users`, { user_id }));
      },
    }),
    must({
      id: 'users.not-arrived.pin',
      fact: 'M',
      says: 'A new user that has not arrived is refused a PIN with 403 2203, and gets one later.',
      expected: ['2xx', '403 2203, later 2xx'],
      ofFake: '403 2203, later 2xx',
      see: async (lab) => {
        const { id } = await lab.createUser();
        return firstAndLater(lab, () => lab.site('PUT', `users/${id}/pin`, {}));
      },
    }),
    must({
      id: 'users.wrong-id',
      fact: 'M',
      says: 'The id of the account where that of the site user belongs is 404 2202.',
      expected: '404 2202',
      see: async (lab) => outcome(await lab.get(`users/${(await lab.createReadyUser()).platformId}`)),
    }),
    observe({
      id: 'users.cross-site',
      says: 'What is the answer to changing a user by way of another site?',
      guess: '403 2203',
      // Nothing is sent that would change: whatever the answer, the user stays as it is.
      see: async (lab) => outcome(await lab.atAnotherSite('PATCH', `users/${(await lab.createReadyUser()).id}`, {})),
    }),
    must({
      id: 'users.empty-email',
      fact: 'M',
      says: 'An empty e-mail is 400 1101.',
      expected: '400 1101',
      see: async (lab) => outcome(await lab.askForUser({ email: '' })),
    }),
    must({
      id: 'users.missing-field',
      fact: 'M',
      says: 'A missing required field is 400 1100.',
      expected: '400 1100',
      see: async (lab) => outcome(await lab.site('POST', 'users', { alias: lab.name() })),
    }),
    must({
      id: 'users.find-by-email',
      fact: 'C',
      says: "$filter=user/email eq '…' finds a user by e-mail.",
      expected: '1 of 1',
      see: async (lab) => {
        const email = newEmail();
        const { id } = await lab.createReadyUser({ email });
        return found(itemsOf(await findByEmail(lab, email)), id);
      },
    }),
    observe({
      id: 'users.find-by-email.case',
      says: 'Does the search by e-mail look at capitals?',
      guess: '1 of 1',
      see: async (lab) => {
        const email = newEmail();
        const { id } = await lab.createReadyUser({ email });
        return found(itemsOf(await findByEmail(lab, email.toLowerCase())), id);
      },
    }),
    observe({
      id: 'users.email-in-use',
      says: 'What is the answer to an e-mail that a user of the site has?',
      guess: '400 1101',
      see: async (lab) => {
        const email = newEmail();
        await lab.createReadyUser({ email });
        return outcome(await lab.askForUser({ email }));
      },
    }),
    must({
      id: 'users.patch',
      fact: 'M',
      says: 'PATCH changes use_pin.',
      expected: '200, then true',
      see: async (lab) => {
        const { id } = await lab.createReadyUser();
        const answer = await lab.site('PATCH', `users/${id}`, { use_pin: true });
        return `${outcome(answer)}, then ${String(objectOf((await lab.get(`users/${id}`)).body).use_pin)}`;
      },
    }),
    observe({
      id: 'users.patch.names',
      says: 'Does PATCH change the name of the account?',
      guess: '200, changed',
      see: async (lab) => {
        const { id } = await lab.createReadyUser();
        const answer = await lab.site('PATCH', `users/${id}`, { last_name: 'Changed' });
        const { last_name } = objectOf(objectOf((await lab.get(`users/${id}`)).body).user);
        return `${outcome(answer)}, ${last_name === 'Changed' ? 'changed' : 'not changed'}`;
      },
    }),
    must({
      id: 'users.delete',
      fact: 'M',
      says: 'A user is deleted with 202, and is 404 within some seconds.',
      expected: '202, then 404 2202',
      see: async (lab) => {
        const { id } = await lab.createReadyUser();
        const deleted = await lab.site('DELETE', `users/${id}`);
        await lab.until('there', async () => (await lab.get(`users/${id}`)).status === 404);
        return `${outcome(deleted)}, then ${outcome(await lab.get(`users/${id}`))}`;
      },
    }),
  ],
};

/** "2xx" when it worked at once, else the first refusal and, once it works, "later 2xx". */
async function firstAndLater(lab: Lab, call: () => Promise<Answer>): Promise<string> {
  const first = await call();
  if (isSuccess(first)) return '2xx';
  await lab.until(outcome(first), async () => isSuccess(await call()));
  return `${outcome(first)}, later 2xx`;
}
