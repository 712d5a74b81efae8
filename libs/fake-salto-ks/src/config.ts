import { z } from 'zod';

const number = (minimum: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(minimum));

const environmentSchema = z.object({
  /** 0 is a free one. */
  PORT: number(0).pipe(z.number().max(65_535)).default(4600),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** How callers reach it, when that is not loopback (in a container); the issuer of its tokens. No slash at the end. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .regex(/[^/]$/, 'must not end in a slash')
    .optional(),
  /** Without it, everything is forgotten at the end. */
  DATA_FILE: z.string().min(1).optional(),
  TOKEN_LIFETIME_SECONDS: number(1).default(3600),
  /** `measured` has Salto's delays; `none` leaves them off, or as the data file has them. */
  DELAYS: z.enum(['measured', 'none']).default('none'),
  /** `demo` begins with the demo's sites, `none` with nothing. */
  SEED: z.enum(['demo', 'none']).default('demo'),
});

export type Config = z.output<typeof environmentSchema>;

/** Reads the program's settings; throws an Error that names each wrong variable. An empty variable counts as absent. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(`The fake Salto KS cannot start:\n${reasons.join('\n')}`);
}
