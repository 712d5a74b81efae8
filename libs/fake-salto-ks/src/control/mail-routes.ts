import { empty, json } from '../http/answer.ts';
import { controlRoute } from './control-route.ts';

/** The mails that Salto would have sent, oldest first; `?to=` filters. */
export const listMails = controlRoute({
  method: 'GET',
  path: '/_fake/mails',
  handle: ({ world, query }) => {
    const to = query.get('to');
    return json(200, { items: world.state.mails.all().filter((mail) => to === null || mail.to === to) });
  },
});

export const forgetMails = controlRoute({
  method: 'DELETE',
  path: '/_fake/mails',
  handle: ({ world }) => {
    world.state.mails.clear();
    return empty(204);
  },
});
