/** An OAuth client. Without a secret it is public (a phone). */
export interface Client {
  id: string;
  secret: string | null;
  /** Where consent may return to; on loopback the port is free (RFC 8252 §7.3). Null: any loopback address. */
  redirect_uris: string[] | null;
}
