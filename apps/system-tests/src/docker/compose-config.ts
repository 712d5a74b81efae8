import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { composeCommand } from '@latchkey/local-stack';

export const root = join(import.meta.dirname, '../../../..');

/** A service of docker-compose.yml, as far as the tests look at it. */
export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[] | null;
  readonly build?: {
    readonly context: string;
    readonly dockerfile: string;
    readonly args: { readonly SERVICE: string };
  };
  readonly environment?: Readonly<Record<string, string>>;
  readonly container_name?: string;
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[];
  readonly volumes?: readonly { readonly type: 'bind' | 'volume'; readonly source: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
}

/**
 * docker-compose.yml as Compose understands it, without an engine: all profiles, variables filled in from the file.
 * @throws an Error with what Compose refuses
 */
export async function composeConfig(envFile: string): Promise<Readonly<Record<string, ComposeService>>> {
  const [command, ...args] = await composeCommand();
  const config = ['--env-file', join(root, envFile), '--profile', '*', 'config', '--format', 'json'];
  // The variables of whoever runs the tests would win over those of the file.
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const { stdout } = await promisify(execFile)(command, [...args, ...config], { cwd: root, env });
  return (JSON.parse(stdout) as { services: Record<string, ComposeService> }).services;
}
