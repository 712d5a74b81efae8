import { scriptClient, serviceClients } from './demo-clients.ts';
import { demoPassword, demoPeople } from './demo-people.ts';

/** How a script signs in: POST `token.body` to `token.url` and read `access_token` of the answer. */
export interface Login {
  readonly name: string;
  readonly role: string;
  readonly token: { readonly url: string; readonly body: Readonly<Record<string, string>> };
  /** The same as a command. */
  readonly curl: string;
}

/** Every demo login of the identity server with this issuer. The services' own are not among them. */
export function logins(issuer: string): Login[] {
  const programs = serviceClients.filter(({ clientId }) => clientId === 'operator' || clientId === 'integrator');
  return [
    ...programs.map(({ clientId, clientSecret, role, scopes }) =>
      login(issuer, clientId, role, {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: scopes.join(' '),
      }),
    ),
    ...demoPeople.map(({ sub, role }) =>
      login(issuer, sub, role, {
        grant_type: 'password',
        client_id: scriptClient,
        username: sub,
        password: demoPassword,
      }),
    ),
  ];
}

function login(issuer: string, name: string, role: string, body: Readonly<Record<string, string>>): Login {
  const url = `${issuer}/token`;
  return { name, role, token: { url, body }, curl: `curl -s ${url} -d '${new URLSearchParams(body).toString()}'` };
}
