/** An OAuth client. Without a secret it is public (a phone), and must use PKCE. */
export interface Client {
  id: string;
  secret: string | null;
  /** Where consent may return to; on loopback the port is free (RFC 8252 §7.3). Null: any loopback address. */
  redirect_uris: string[] | null;
}

/** A refresh token that is still good. */
export interface RefreshToken {
  /** The token itself. */
  id: string;
  client_id: string;
  account_id: string;
  scope: string;
}

/** An authorization code waiting for its exchange. Not kept over a restart. */
export interface AuthorizationCode {
  id: string;
  client_id: string;
  account_id: string;
  redirect_uri: string;
  scope: string;
  nonce: string | null;
  code_challenge: string | null;
  expires_at: number;
}
