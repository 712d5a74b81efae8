import type { Method } from '../../http/route.ts';
import { accountRoute } from '../api-route.ts';

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** v2 is not for `user_api.full_access`: 403 with an RFC 7807 body (measured for permissions, a guess for the rest). */
export const forbidV2 = methods.map((method) =>
  accountRoute({
    method,
    path: '/v2/:rest([^?]+)',
    handle: ({ incoming }) => ({
      status: 403,
      type: 'application/problem+json; charset=utf-8',
      body: JSON.stringify({
        type: 'https://tools.ietf.org/html/rfc7231#section-6.5.3',
        title: 'Forbidden',
        status: 403,
        instance: incoming.target.split('?', 1)[0],
      }),
    }),
  }),
);
