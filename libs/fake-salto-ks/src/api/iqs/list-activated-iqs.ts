import { listAnswer } from '../../http/odata/list.ts';
import { siteRoute } from '../api-route.ts';

/** The IQs of the site at which the caller has a secret, and whether it is activated there (fields: a guess). */
export const listActivatedIqs = siteRoute({
  method: 'GET',
  path: '/v1.2/me/:site/activated_iqs',
  anyUser: true,
  handle: ({ incoming, state, site, caller }) =>
    listAnswer(incoming, {
      items: state.iqActivations
        .all()
        .filter(({ iq_id, account_id }) => account_id === caller.id && state.iqs.get(iq_id)?.site_id === site.id),
      view: ({ iq_id, activated_at }) => ({
        iq_id,
        activated: activated_at !== null,
        activation_date: activated_at === null ? null : new Date(activated_at).toISOString(),
      }),
      fields: ['iq_id', 'activated'],
    }),
});
