import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from '../processes/program.ts';
import { Watchdog } from '../processes/watchdog.ts';
import { temporaryFolder } from '../test-stack/test-stack.ts';
import { composeProgram } from './docker.ts';

test('a part on Docker is Compose in the foreground: asked to end, it stops its containers', async () => {
  const folder = temporaryFolder();
  // Stands for the docker client, whose `compose up` stops its containers on SIGINT.
  const docker = join(folder, 'docker');
  writeFileSync(
    docker,
    `#!/bin/sh
trap 'echo containers stopped; exit 0' INT
echo "up $KAFKA_PORT: $*"
while :; do sleep 0.05; done
`,
  );
  chmodSync(docker, 0o755);
  const watchdog = await Watchdog.start();
  let log = () => '';
  const spec = composeProgram({
    name: 'Kafka',
    services: ['kafka'],
    project: 'latchkey-test',
    env: { KAFKA_PORT: '29092', PATH: `${folder}:${process.env['PATH']}` },
    databasePassword: 'secret',
    logFile: join(folder, 'kafka.log'),
    isReady: () => Promise.resolve(log().includes('up')),
  });
  const isReady = (text: () => string) => {
    log = text;
    return spec.isReady(text);
  };
  const program = new Program({ ...spec, isReady }, watchdog, () => undefined);
  await program.start();
  await program.stop();
  expect(log()).toMatch(
    /^up 29092: compose --file .*docker-compose\.yml --project-name latchkey-test up --no-deps kafka\n/,
  );
  expect(log()).toContain('containers stopped');
  await watchdog.close();
  rmSync(folder, { recursive: true });
});
