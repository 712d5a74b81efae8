/** Calls that a path alone does not name: those of the identity server and of the event hub. */
export const operations = [
  'discovery',
  'sign_in',
  'exchange_code',
  'refresh_token',
  'password_grant',
  'revoke_token',
  'hub_negotiate',
  'hub_connect',
  'hub_message',
] as const;

export type Operation = (typeof operations)[number];

/** A call as far as fault rules look at it. */
export interface FaultyCall {
  method: string;
  /** Without query. */
  path: string;
  /** The body as sent. */
  text: string;
}

/** Whether a call is this operation. A message of the hub is no call, so never. */
export function isOperation(call: FaultyCall, operation: Operation): boolean {
  return recognizers[operation](call);
}

const recognizers: Record<Operation, (call: FaultyCall) => boolean> = {
  discovery: ({ path }) => path.startsWith('/.well-known/'),
  sign_in: ({ path }) => path === '/connect/authorize',
  exchange_code: (call) => isGrant(call, 'authorization_code'),
  refresh_token: (call) => isGrant(call, 'refresh_token'),
  password_grant: (call) => isGrant(call, 'password'),
  revoke_token: (call) => isPost(call, '/connect/revocation'),
  hub_negotiate: (call) => isPost(call, '/v1/hub/entries/negotiate'),
  hub_connect: ({ path }) => path === '/v1/hub/entries',
  hub_message: () => false,
};

function isPost({ method, path }: FaultyCall, wanted: string): boolean {
  return method === 'POST' && path === wanted;
}

function isGrant(call: FaultyCall, grantType: string): boolean {
  return isPost(call, '/connect/token') && new URLSearchParams(call.text).get('grant_type') === grantType;
}
