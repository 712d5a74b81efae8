import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Secrets {
  /** Of PostgreSQL's superuser and of every service's role. */
  readonly databasePassword: string;
  /** 32 bytes in base64: the salto-adapter encrypts tokens and contacts with it. */
  readonly encryptionKey: string;
}

/** The secrets in the file, drawn at the first call: without them the data of the last start could not be read. */
export function stackSecrets(file: string): Secrets {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secrets = {
    databasePassword: randomBytes(18).toString('base64url'),
    encryptionKey: randomBytes(32).toString('base64'),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}
