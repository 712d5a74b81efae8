import { empty, json } from '../http/answer.ts';
import type { Mail } from '../state/mails.ts';
import type { World } from '../world.ts';
import { controlRoute } from './control-route.ts';

/** The mails that Salto would have sent, oldest first; `?to=` keeps those to one address. */
export const listMails = controlRoute({
  method: 'GET',
  path: '/_fake/mails',
  handle: ({ world, query }) => json(200, { items: mailsTo(world, query) }),
});

/** Forgets those that the same query lists. */
export const forgetMails = controlRoute({
  method: 'DELETE',
  path: '/_fake/mails',
  handle: ({ world, query }) => {
    for (const { id } of mailsTo(world, query)) world.state.mails.delete(id);
    return empty(204);
  },
});

function mailsTo({ state }: World, query: URLSearchParams): Mail[] {
  const to = query.get('to');
  return state.mails.all().filter((mail) => to === null || mail.to === to);
}
