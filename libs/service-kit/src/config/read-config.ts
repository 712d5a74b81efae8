import type { z } from 'zod';

/** Wrong or missing environment variables. `main` prints the message on one screen and exits with 78 (EX_CONFIG). */
export class ConfigError extends Error {
  readonly code = 'config_invalid';
  override readonly name = 'ConfigError';
}

/**
 * The service's validated settings. Every wrong or missing variable is named with what is expected of it; values are
 * never printed, since any of them may be a secret.
 * @throws ConfigError
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv): z.output<Schema> {
  // An empty variable is an absent one: Compose and shells cannot pass "unset".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given, { reportInput: false });
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = issue.path.join('.') || '(settings)';
    const problem = given[String(issue.path[0])] === undefined && issue.path.length > 0 ? 'is missing' : 'is wrong';
    const purpose = describe(schema, String(issue.path[0]));
    return `  ${name} ${problem}: ${issue.message}${purpose ? ` (${purpose})` : ''}`;
  });
  throw new ConfigError(`The settings are not usable:\n${lines.join('\n')}`);
}

function describe(schema: z.ZodObject, name: string): string | undefined {
  return (schema.shape[name] as z.ZodType | undefined)?.description;
}
