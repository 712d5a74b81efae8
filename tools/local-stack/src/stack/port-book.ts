import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { freePort, isPortFree } from '../processes/free-port.ts';

/**
 * The port of each part. Once drawn, a port is kept with the data, so that addresses (and with them the issuer that
 * accounts are bound to) are the same at the next start, unless somebody else has taken it.
 * LATCHKEY_PORT_<NAME> fixes one.
 */
export class PortBook {
  readonly #file: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #ports: Record<string, number>;

  constructor(file: string, env: NodeJS.ProcessEnv) {
    this.#file = file;
    this.#env = env;
    this.#ports = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {};
  }

  /** A port that is free now. Throws when the environment fixes one that is not. */
  async portFor(name: string): Promise<number> {
    const variable = `LATCHKEY_PORT_${name.toUpperCase().replaceAll('-', '_')}`;
    const fixed = this.#env[variable];
    if (fixed) {
      const port = Number(fixed);
      if (await isPortFree(port)) return port;
      throw new Error(`${variable} asks for port ${fixed}, which cannot be listened on`);
    }
    const kept = this.#ports[name];
    if (kept !== undefined && (await isPortFree(kept))) return kept;
    const port = await freePort();
    this.#ports[name] = port;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify(this.#ports, null, 2)}\n`);
    return port;
  }
}
