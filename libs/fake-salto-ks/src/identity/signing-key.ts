import { generateKeyPair, type CryptoKey } from 'jose';

let generated: Promise<CryptoKey> | undefined;

/** One key for all fakes of a process: making it takes longer than most tests. Tokens still name their issuer. */
export async function generateSigningKey(): Promise<CryptoKey> {
  generated ??= generateKeyPair('RS256', { extractable: true }).then(({ privateKey }) => privateKey);
  return generated;
}
