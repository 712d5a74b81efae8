import { join } from 'node:path';
import { downloadKafka } from '../downloads/kafka-jars.ts';
import { kafkaProgram } from '../parts/kafka.ts';
import { isListening } from '../processes/probe.ts';
import { profiles } from '../stack/profile.ts';
import { composeProgram } from './docker.ts';
import type { Resolved, Surroundings } from './infrastructure.ts';
import { missingForKafka } from './programs-here.ts';

/** Kafka; its address is the list of its brokers. */
export async function resolveKafka(around: Surroundings): Promise<Resolved<readonly string[]>> {
  const given = around.env['LATCHKEY_KAFKA_BROKERS'];
  if (given) {
    const brokers = given.split(',').map((broker) => broker.trim());
    const answers = await Promise.all(brokers.map((broker) => isListening(broker)));
    const missing = answers.some(Boolean) ? [] : ['No Kafka broker answers at LATCHKEY_KAFKA_BROKERS.'];
    return { address: brokers, source: 'environment', missing };
  }
  const port = await around.ports.portFor('kafka');
  const address = [`127.0.0.1:${port}`];
  const logFile = join(around.logFolder, 'kafka.log');
  if (around.isDockerRunning) {
    const program = composeProgram({
      name: 'Kafka',
      services: ['kafka'],
      project: around.project,
      env: { KAFKA_PORT: `${port}` },
      databasePassword: around.databasePassword,
      logFile,
      isReady: () => isListening(`127.0.0.1:${port}`),
    });
    return { address, source: 'Docker', missing: [], program: () => Promise.resolve(program) };
  }
  const controllerPort = await around.ports.portFor('kafka-controller');
  return {
    address,
    source: 'local program',
    missing: await missingForKafka(),
    program: async () =>
      kafkaProgram({
        jarsFolder: await downloadKafka((message) => around.tell(message)),
        dataFolder: join(around.dataFolder, 'kafka'),
        logFile,
        port,
        controllerPort,
        settings: profiles[around.profile].kafka,
      }),
  };
}
