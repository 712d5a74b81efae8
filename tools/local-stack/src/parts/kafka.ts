import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ProgramSpec } from '../processes/program.ts';

const run = promisify(execFile);

export interface KafkaOptions {
  /** Holds Kafka's jars (see `downloads/kafka-jars.ts`). */
  readonly jarsFolder: string;
  readonly dataFolder: string;
  readonly logFile: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Settings beside the ones that every single-node broker needs. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** One cluster never meets another, so all may have the same id; asking Kafka for one costs a JVM start. */
const clusterId = 'TGF0Y2hrZXlMb2NhbFN0aw';
const jvmFlags = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError'];

/** Kafka as one KRaft node, its log folder formatted when it is new. */
export async function kafkaProgram(options: KafkaOptions): Promise<ProgramSpec> {
  const logFolder = join(options.dataFolder, 'log');
  const propertiesFile = join(options.dataFolder, 'server.properties');
  mkdirSync(options.dataFolder, { recursive: true });
  writeFileSync(propertiesFile, properties(options, logFolder));
  const classPath = ['-cp', join(options.jarsFolder, '*')];
  if (!existsSync(join(logFolder, 'meta.properties'))) {
    rmSync(logFolder, { recursive: true, force: true }); // a format that was cut short
    const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', propertiesFile];
    await run('java', [...jvmFlags, ...classPath, ...format]);
  }
  const log4j = `-Dlog4j2.configurationFile=${join(import.meta.dirname, '..', '..', 'kafka', 'log4j2.xml')}`;
  return {
    name: 'Kafka',
    command: 'java',
    args: [...jvmFlags, log4j, ...classPath, 'kafka.Kafka', propertiesFile],
    cwd: dirname(propertiesFile),
    logFile: options.logFile,
    readyWithinMs: 90_000,
    isReady: (log) => log().includes('Kafka Server started'),
  };
}

/** The broker's configuration file: the least that one node of all roles needs, then the caller's settings. */
function properties(options: KafkaOptions, logFolder: string): string {
  const controller = `127.0.0.1:${options.controllerPort}`;
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${options.port},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${options.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logFolder,
    'auto.create.topics.enable': false, // topics are declared, see libs/contracts
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0, // one consumer a group: nobody else to wait for
    // The old registration of a killed broker has to expire before the new one is let in.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    ...options.settings,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
