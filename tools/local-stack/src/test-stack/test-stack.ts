import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadKafka } from '../downloads/kafka-jars.ts';
import { downloadTemporal } from '../downloads/temporal-program.ts';
import { kafkaProgram } from '../parts/kafka.ts';
import { postgresProgram, postgresUrl } from '../parts/postgres.ts';
import { temporalProgram } from '../parts/temporal.ts';
import { localFolder } from '../paths.ts';
import { freePort } from '../processes/free-port.ts';
import { Program, type ProgramSpec } from '../processes/program.ts';
import { Watchdog } from '../processes/watchdog.ts';

/** What integration tests connect to; `.local/test-stack.json` holds it. */
export interface TestStackAddresses {
  /** A superuser's, so that each test can make a database of its own. */
  readonly postgresUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  /** The launcher's. */
  readonly pid: number;
}

export interface TestStack {
  readonly addresses: TestStackAddresses;
  stop(): Promise<void>;
}

const password = 'test';

/** PostgreSQL, Kafka and Temporal as tests need them: quick, on free ports, and forgotten at the end. */
export async function startTestStack(tell: (message: string) => void): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-stack-'));
  chmodSync(folder, 0o755); // PostgreSQL's data folder inside belongs to another user when we are root
  const watchdog = await Watchdog.start();
  const ports = {
    postgres: await freePort(),
    kafka: await freePort(),
    temporal: await freePort(),
    ui: await freePort(),
  };
  const started: Program[] = [];
  const start = async (spec: Promise<ProgramSpec>) => {
    const program = new Program(await spec, watchdog, tell);
    started.push(program);
    await program.start();
    tell(`${program.name} is ready`);
  };
  const stop = async () => {
    await Promise.all(started.map((program) => program.stop()));
    await watchdog.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const results = await Promise.allSettled([
    start(testPostgres(folder, ports.postgres)),
    start(testKafka(folder, ports.kafka, await freePort(), tell)),
    start(testTemporal(ports.temporal, ports.ui, tell)),
  ]);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  const addresses = {
    postgresUrl: postgresUrl(ports.postgres, password),
    kafkaBrokers: [`127.0.0.1:${ports.kafka}`],
    temporalAddress: `127.0.0.1:${ports.temporal}`,
    temporalUiUrl: `http://127.0.0.1:${ports.ui}`,
    pid: process.pid,
  };
  return { addresses, stop };
}

const logFile = (name: string) => join(localFolder, 'logs', `test-${name}.log`);

function testPostgres(folder: string, port: number): Promise<ProgramSpec> {
  return postgresProgram({
    dataFolder: join(folder, 'postgres'),
    logFile: logFile('postgres'),
    port,
    password,
    settings: {
      max_connections: 400,
      fsync: 'off', // what a crash of the machine would lose is thrown away anyway
      synchronous_commit: 'off',
      full_page_writes: 'off',
    },
  });
}

async function testKafka(
  folder: string,
  port: number,
  controllerPort: number,
  tell: (message: string) => void,
): Promise<ProgramSpec> {
  return kafkaProgram({
    jarsFolder: await downloadKafka(tell),
    dataFolder: join(folder, 'kafka'),
    logFile: logFile('kafka'),
    port,
    controllerPort,
    settings: {
      'offsets.topic.num.partitions': 1,
      'transaction.state.log.num.partitions': 1,
      'group.min.session.timeout.ms': 1_000,
      'broker.session.timeout.ms': 1_500,
      'broker.heartbeat.interval.ms': 300,
    },
  });
}

async function testTemporal(port: number, uiPort: number, tell: (message: string) => void): Promise<ProgramSpec> {
  return temporalProgram({
    command: await downloadTemporal(tell),
    logFile: logFile('temporal'),
    port,
    uiPort,
    namespace: 'latchkey',
    dynamicConfig: { 'frontend.WorkflowTimeSkippingEnabled': true },
  });
}
