import { join } from 'node:path';
import { repositoryFolder } from '../paths.ts';
import { lockPath } from '../processes/lock.ts';
import { answersOk } from '../processes/probe.ts';
import type { Program, ProgramSpec } from '../processes/program.ts';
import { runToEnd, type Step } from '../processes/run-to-end.ts';
import { Watchdog } from '../processes/watchdog.ts';
import { infrastructureNames } from '../resolve/infrastructure.ts';
import { baseUrl } from './addresses.ts';
import { consoleName, consoleProgram } from './console.ts';
import { type Endpoints, endpointsOf } from './endpoints.ts';
import { heapLimits } from './heap-limits.ts';
import type { StackOptions } from './options.ts';
import { ownProgram, ownProgramNames } from './own-programs.ts';
import { type Plan, planStack } from './plan.ts';
import { ProgramSet } from './program-set.ts';
import { serviceEnvironment, type ServiceProcess } from './services.ts';
import { builtFile, setUp } from './set-up.ts';

/** A running stack. */
export interface Stack {
  readonly endpoints: Endpoints;
  /** Its programs can be killed and started again one by one: `stack.program('kafka').kill()`, `.start()`. */
  program(name: string): Program;
  /** Runs a command that ends by itself, and at the latest with the stack. */
  run(step: Step): Promise<void>;
  /** Ends everything in the reverse order of the start. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  kill(): Promise<void>;
}

/**
 * Starts PostgreSQL, Kafka, Temporal, the identity server, the fake Salto KS and the services, and waits until all are
 * ready. Whatever was started ends again when a part fails, and within 5 s of this process's death.
 * @throws MissingProgramsError before anything starts; AlreadyRunningError when the data folder is in use
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { progress, build, signal } = options;
  const watchdog = await Watchdog.start(lockPath(options.dataFolder));
  const programs = new ProgramSet(watchdog, (message) => progress.note(message));
  const end = async (how: 'stop' | 'kill') => {
    await programs[how]();
    await watchdog.close();
  };
  const abort = () => void end('kill');
  signal?.addEventListener('abort', abort);
  try {
    const plan = await planStack(options);
    const start = ([key, name, spec]: ToStart) => progress.task(name, async () => programs.start(key, await spec()));
    programs.beginStage();
    const building = build && progress.task(build.name, () => runToEnd(build, watchdog));
    await allDone([...serversToStart(plan).map(start), building ?? Promise.resolve()]);
    if (plan.services.length > 0) await setUp(plan, watchdog, progress);
    programs.beginStage();
    await allDone(servicesToStart(plan).map(start));
    return {
      endpoints: endpointsOf(plan.addresses, plan.secrets),
      program: (name) => programs.get(name),
      run: (step) => runToEnd(step, watchdog),
      stop: () => end('stop'),
      kill: () => end('kill'),
    };
  } catch (error) {
    await end('stop');
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Waits for all, so that none is still starting when the failure of another ends the stack. */
async function allDone(parts: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(parts);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

type ToStart = readonly [key: string, name: string, spec: () => ProgramSpec | Promise<ProgramSpec>];

const properNames = { postgres: 'PostgreSQL', kafka: 'Kafka', temporal: 'Temporal' } as const;

function serversToStart(plan: Plan): ToStart[] {
  const infrastructure = infrastructureNames.flatMap((name): ToStart[] => {
    const { program } = plan.infrastructure[name];
    return program ? [[name, properNames[name], program]] : [];
  });
  const own = ownProgramNames.map((name): ToStart => [name, name, () => ownProgram(name, plan)]);
  return [...infrastructure, ...own].filter(([key]) => plan.isWanted(key));
}

function servicesToStart(plan: Plan): ToStart[] {
  const services = plan.services.map((each): ToStart => [each.name, each.name, () => serviceProgram(each, plan)]);
  const hasConsole = services.length > 0 && plan.isWanted(consoleName);
  return hasConsole ? [...services, [consoleName, consoleName, () => consoleProgram(plan)]] : services;
}

function serviceProgram(process_: ServiceProcess, plan: Plan): ProgramSpec {
  const { name, service, entry, memoryMiB, preload = [] } = process_;
  const url = baseUrl(plan.addresses, name);
  return {
    name,
    command: process.execPath,
    args: [
      ...heapLimits(memoryMiB),
      '--enable-source-maps',
      ...preload.map((module) => `--import=${module}`),
      builtFile(`apps/${service}/dist/${entry}`),
    ],
    cwd: repositoryFolder,
    env: {
      ...process.env,
      ...serviceEnvironment(service, plan.addresses, plan.secrets),
      HTTP_PORT: new URL(url).port,
      ...process_.env,
    },
    logFile: join(plan.logFolder, `${name}.log`),
    readyWithinMs: 60_000,
    isReady: () => answersOk(`${url}/health/ready`),
  };
}
