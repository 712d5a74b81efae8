/** A program that signs in as itself (client_credentials). */
export interface ServiceClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly role: string;
  /** How it shows its secret: services by HTTP Basic; for scripts a body is easier to write. */
  readonly authMethod: 'client_secret_basic' | 'client_secret_post';
  readonly scopes: readonly string[];
  /** Ids of the locations it may touch; `*` is all. */
  readonly locations: readonly string[];
}

const billing = ['billing:read', 'billing:write'];

/** Service logins of the local stack: for people's scripts, and for the services among themselves. */
export const serviceClients = [
  {
    clientId: 'operator',
    clientSecret: 'operator-secret',
    role: 'operator',
    authMethod: 'client_secret_post',
    scopes: [
      ...billing,
      ...['people:read', 'events:read', 'events:write', 'installation:admin'],
      ...['access:read', 'access:write', 'connections:read', 'connections:write'],
    ],
    locations: ['*'],
  },
  {
    clientId: 'integrator',
    clientSecret: 'integrator-secret',
    role: 'integrator',
    authMethod: 'client_secret_post',
    scopes: [...billing, 'people:read', 'access:read'],
    locations: ['*'],
  },
  {
    clientId: 'access-service',
    clientSecret: 'access-service-secret',
    role: 'access-service',
    authMethod: 'client_secret_basic',
    scopes: ['billing:read', 'events:read', 'events:write', 'connections:read'],
    locations: ['*'],
  },
  {
    clientId: 'salto-adapter',
    clientSecret: 'salto-adapter-secret',
    role: 'salto-adapter',
    authMethod: 'client_secret_basic',
    scopes: ['people:read', 'access:read', 'access:write'],
    locations: ['*'],
  },
] as const satisfies readonly ServiceClient[];

/** Public clients: the web apps (authorisation code with PKCE), which may run on any loopback port. */
export const appClients = ['latchkey-console', 'latchkey-member-app'] as const;

/** Signs demo people in with their password, for scripts. */
export const scriptClient = 'latchkey-scripts';
