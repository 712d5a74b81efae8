import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TokenClaims {
  sub: string;
  aud?: string;
  /** Seconds from now; negative for a token that has expired. */
  expiresInSeconds?: number;
  [claim: string]: unknown;
}

export interface TestIssuer {
  /** The `iss` of its tokens, and where it is discovered. */
  readonly issuer: string;
  /** An access token of a person (or with `client_id` = `sub` and `locations`, of a program). */
  token(claims: TokenClaims): Promise<string>;
  /** A client-credentials token, as another service would bring it. */
  serviceToken(clientId: string, scope: string, locations?: readonly string[]): Promise<string>;
  /** Signs with a key that the issuer does not publish. */
  forgedToken(claims: TokenClaims): Promise<string>;
  /** How often a token was asked for at the token endpoint. */
  tokenRequests(): number;
  close(): Promise<void>;
}

export const TEST_AUDIENCE = 'https://api.latchkey.test';

/** An identity server over HTTP for tests: discovery, keys, a token endpoint that gives every client what it asks for. */
export async function createTestIssuer(audience = TEST_AUDIENCE): Promise<TestIssuer> {
  const [own, foreign] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  const keys = [{ ...(await exportJWK(own.publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }];
  let requests = 0;

  const answers: Record<string, () => Promise<unknown>> = {
    '/.well-known/openid-configuration': () =>
      Promise.resolve({ issuer, jwks_uri: `${issuer}/jwks`, token_endpoint: `${issuer}/token` }),
    '/jwks': () => Promise.resolve({ keys }),
    '/token': async () => {
      requests += 1;
      return { access_token: await serviceToken('test-client', 'test'), token_type: 'Bearer', expires_in: 600 };
    },
  };
  const listener: RequestListener = (request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer === undefined) return void response.writeHead(404).end();
    void answer().then((body) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const sign = ({ sub, aud = audience, expiresInSeconds = 600, ...claims }: TokenClaims, key = own.privateKey) => {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setSubject(sub)
      .setAudience(aud)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + expiresInSeconds)
      .sign(key);
  };
  const serviceToken = (clientId: string, scope: string, locations: readonly string[] = ['*']) =>
    sign({ sub: clientId, client_id: clientId, scope, locations });

  return {
    issuer,
    token: (claims) => sign(claims),
    serviceToken,
    forgedToken: (claims) => sign(claims, foreign.privateKey),
    tokenRequests: () => requests,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
