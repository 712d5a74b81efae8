import { createHash, randomBytes } from 'node:crypto';

/** A new token with 256 bits of chance, and the hash that is kept of it. */
export function newInvitationToken(): { token: string; sha256: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, sha256: hashOfToken(token) };
}

/** Without salt: what is hashed is random already, and must be found by its hash. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
