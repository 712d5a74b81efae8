import { must, type CheckGroup } from '../check.ts';
import { rolesOf, type Lab } from '../lab.ts';
import { isSuccess, itemsOf, objectOf, outcome } from '../seen.ts';

/** A guest that has arrived, so that it may have a PIN. */
async function readyGuest(lab: Lab): Promise<string> {
  const { id } = await lab.createGuest();
  await lab.until('has no roles', async () => rolesOf((await lab.get(`users/${id}`)).body).length > 0);
  return id;
}

export const guestChecks: CheckGroup = {
  title: 'Guests and PINs',
  checks: [
    must({
      id: 'guests.create',
      fact: 'M',
      says: 'A guest is created with an alias only, has no e-mail, and its PIN is not taken yet.',
      expected: 'site_guest, no e-mail, use_pin false',
      see: async (lab) => {
        const { body } = await lab.get(`users/${await readyGuest(lab)}`);
        const { user, use_pin } = objectOf(body);
        const email = objectOf(user).email ? 'an e-mail' : 'no e-mail';
        return `${rolesOf(body).join(', ')}, ${email}, use_pin ${String(use_pin)}`;
      },
    }),
    must({
      id: 'guests.create.status',
      fact: 'M',
      says: 'A guest is created with 201.',
      expected: '201',
      see: async (lab) => outcome(await lab.askForGuest()),
    }),
    must({
      id: 'pins.bare-text',
      fact: 'M',
      says: 'A PIN is the whole answer: six digits, as a JSON string or as plain text.',
      expected: ['six digits as a JSON string', 'six digits as plain text'],
      see: async (lab) => {
        const { text } = await lab.site('PUT', `users/${await readyGuest(lab)}/pin`, {});
        if (/^"\d{6}"$/.test(text)) return 'six digits as a JSON string';
        return /^\d{6}$/.test(text) ? 'six digits as plain text' : 'something else';
      },
    }),
    must({
      id: 'pins.rotate',
      fact: 'M',
      says: 'Asking again gives another PIN.',
      expected: 'another one',
      see: async (lab) => {
        const path = `users/${await readyGuest(lab)}/pin`;
        const { text } = await lab.site('PUT', path, {});
        return (await lab.site('PUT', path, {})).text === text ? 'the same one' : 'another one';
      },
    }),
    must({
      id: 'pins.keys',
      fact: 'M',
      says: 'The keys of a user tell that there is a PIN, and not which.',
      expected: 'pin, without digits',
      see: async (lab) => {
        const id = await readyGuest(lab);
        await lab.site('PUT', `users/${id}/pin`, {});
        const answer = await lab.get(`users/${id}/keys`);
        const types = itemsOf(answer)?.map(({ type }) => String(type)) ?? [outcome(answer)];
        return `${types.join(', ')}, ${/"\d{6}"/.test(answer.text) ? 'with' : 'without'} digits`;
      },
    }),
    must({
      id: 'pins.unreadable',
      fact: 'M',
      says: 'A PIN cannot be read back.',
      expected: 'refused',
      see: async (lab) => {
        const path = `users/${await readyGuest(lab)}/pin`;
        await lab.site('PUT', path, {});
        return isSuccess(await lab.get(path)) ? 'readable' : 'refused';
      },
    }),
  ],
};
