import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryFolder } from '../test-stack/test-stack.ts';

test('what is missing is said with the remedy before anything starts', async () => {
  const folder = temporaryFolder();
  const source = join(import.meta.dirname, '..');
  const script = `
    import { startStack } from '${join(source, 'stack', 'stack.ts')}';
    import { Progress } from '${join(source, 'terminal', 'progress.ts')}';
    const options = { profile: 'test', dataFolder: '${folder}', progress: new Progress(process.stdout) };
    await startStack(options).catch((error) => console.log(error.code, error.message));
  `;
  // A PATH without Java, Maven and Python; these two find out whom PostgreSQL could run as.
  for (const command of ['id', 'test']) symlinkSync(join('/usr/bin', command), join(folder, command));
  const child = spawn(process.execPath, ['--conditions=latchkey-source', '--input-type=module', '-e', script], {
    env: { PATH: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said = await text(child.stdout);
  await ended;
  expect(said).toMatch(/^programs_missing Nothing was started/);
  expect(said).toContain('Kafka needs Java 17 or newer: `apt-get install openjdk-17-jre-headless`');
  expect(said).toContain('LATCHKEY_KAFKA_BROKERS');
  expect(existsSync(join(folder, 'postgres'))).toBe(false);
  rmSync(folder, { recursive: true });
}, 30_000);
