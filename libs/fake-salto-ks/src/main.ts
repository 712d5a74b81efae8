import { readConfig, type Config } from './config.ts';
import { demoSeed } from './demo-seed.ts';
import { createFakeSaltoKs } from './fake-salto-ks.ts';
import { measuredDelays } from './settings.ts';

/** The program: serves until SIGINT or SIGTERM, then writes its file and ends. */
async function main(config: Config): Promise<void> {
  const fake = await createFakeSaltoKs({
    settings: {
      token_lifetime_seconds: config.TOKEN_LIFETIME_SECONDS,
      ...(config.DELAYS === 'measured' && measuredDelays),
    },
    ...(config.SEED === 'demo' && { seed: demoSeed() }),
    ...(config.PUBLIC_URL !== undefined && { publicUrl: config.PUBLIC_URL }),
    ...(config.DATA_FILE !== undefined && { dataFile: config.DATA_FILE }),
  });
  await fake.listen(config.PORT, config.HOST);
  process.stdout.write(`Fake Salto KS: ${fake.url} (controls below ${fake.url}/_fake)\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void fake.close().catch(fail));
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

try {
  await main(readConfig(process.env));
} catch (error) {
  fail(error);
}
