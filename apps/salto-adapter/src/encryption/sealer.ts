import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface SealingKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** What was stored cannot be read: its key is gone, or it was altered or moved to another row. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
  readonly code = 'unsealing_failed';
}

/**
 * Encryption at rest (AES-256-GCM). Sealed text is `keyId.base64url(iv, ciphertext, tag)`; the row's identity is
 * authenticated with it, so that nobody with write access to the database can move a token to another location.
 * The first key seals, all of them open: to rotate, put a new one in front.
 */
export class Sealer {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: SealingKey;

  constructor(keys: readonly [SealingKey, ...SealingKey[]]) {
    this.#current = keys[0];
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  seal(text: string, identity: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#current.key, iv).setAAD(Buffer.from(identity));
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${this.#current.id}.${sealed.toString('base64url')}`;
  }

  /** @throws UnsealError */
  open(sealed: string, identity: string): string {
    const [id = '', data = ''] = sealed.split('.');
    const key = this.#keys.get(id);
    if (key === undefined) throw new UnsealError(`No encryption key "${id}" is configured (row ${identity})`);
    const bytes = Buffer.from(data, 'base64url');
    try {
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(identity)).setAuthTag(bytes.subarray(-TAG_BYTES));
      return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new UnsealError(`The sealed text of row ${identity} is not authentic`, { cause });
    }
  }
}
