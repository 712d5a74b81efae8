import { decodeJwt } from 'jose';
import { must, observe, type CheckGroup } from '../check.ts';
import { fieldsOf, listShape, listShapes, outcome, objectOf } from '../seen.ts';

export const callerChecks: CheckGroup = {
  title: 'Caller',
  checks: [
    must({
      id: 'caller.no-token',
      fact: 'C',
      says: 'A call without a token is 401.',
      expected: '401',
      see: async ({ session }) => String((await session.api('/v1.2/sites', null)).status),
    }),
    must({
      id: 'caller.forged-token',
      fact: 'C',
      says: 'A token whose signature is not right is 401.',
      expected: '401',
      see: async ({ session }) => {
        const [header, claims] = (await session.tokens.access()).split('.');
        return String((await session.api('/v1.2/sites', `${header}.${claims}.${'A'.repeat(342)}`)).status);
      },
    }),
    must({
      id: 'caller.stale-token',
      fact: 'M',
      says: 'A token whose hour is over is 401.',
      expected: '401',
      see: async (lab) => {
        const token = lab.need(lab.session.target.staleToken, 'an access token of more than an hour ago');
        return String((await lab.session.api('/v1.2/sites', token)).status);
      },
    }),
    observe({
      id: 'caller.no-scope',
      says: 'What is the answer to a token without the scope user_api.full_access?',
      guess: '401',
      see: async ({ session }) => {
        const answer = await session.tokens.byPassword('openid');
        const { access_token } = objectOf(answer.body);
        if (typeof access_token !== 'string') return `no token: ${outcome(answer)}`;
        return String((await session.api('/v1.2/sites', access_token)).status);
      },
    }),
    must({
      id: 'caller.me',
      fact: 'M',
      says: '/me is the account of the caller.',
      expected: '200',
      see: async ({ session }) => outcome(await session.api('/v1.2/me')),
    }),
    observe({
      id: 'caller.me.id',
      says: 'Is the id of /me the subject of the token?',
      guess: 'yes',
      see: async ({ session }) => {
        const { sub } = decodeJwt(await session.tokens.access());
        return objectOf((await session.api('/v1.2/me')).body).id === sub ? 'yes' : 'no';
      },
    }),
    must({
      id: 'caller.site-me',
      fact: 'M',
      says: '/sites/{s}/me is the caller as a user of the site, with roles.',
      expected: 'roles, remote_access, subscription_state',
      see: async (lab) => fieldsOf((await lab.get('me')).body, ['roles', 'remote_access', 'subscription_state']),
    }),
    must({
      id: 'caller.permissions',
      fact: 'M',
      says: 'Permissions are not for this scope: 403 by v2.',
      expected: '403',
      see: async ({ session }) => {
        const { status } = await session.api(`/v2/sites/${session.target.siteId}/me/permissions`);
        return String(status);
      },
    }),
    must({
      id: 'caller.devices',
      fact: 'C',
      says: '/me/devices lists the phones of the caller.',
      expected: listShapes,
      see: async ({ session }) => listShape(await session.api('/v1.2/me/devices')),
    }),
  ],
};
