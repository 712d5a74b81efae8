import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import type { Service } from '../http/service.ts';
import type { DeadLetter } from './dead-letter.ts';
import { DeadLetters, type Redriven } from './dead-letters.ts';
import { connectEvents } from './event-consumer.strategy.ts';
import { KafkaClient } from './kafka-client.ts';

const USAGE = `Usage: dead-letters list|redrive [--topic TOPIC] [--id EVENT_ID]...
  list      dead letters of this service that have not been redriven
  redrive   handle them now in this process; one that fails again stays
`;

/**
 * The whole of a `dead-letters.main.ts`: builds the service without listening or joining its consumer group, and lists
 * or redrives. Exit code 1 where a letter failed again, 2 for a wrong command line.
 * @param afterRedrive what must follow once something was redriven (comparing versions with the owner, for instance)
 */
export async function runDeadLetters(
  build: () => Promise<Service>,
  args: readonly string[],
  afterRedrive: (service: Service) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const command = readCommand(args);
  if (command === undefined) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const service = await build();
  try {
    const strategy = connectEvents(service.app);
    await service.app.init();
    const letters = new DeadLetters({
      client: service.app.get(KafkaClient, { strict: false }),
      db: service.app.get(DataSource, { strict: false }),
      group: strategy.group,
      dispatcher: strategy.dispatcher(),
    });
    if (command.verb === 'list') return print((await letters.list(command)).map(describe));
    const results = await letters.redrive(command);
    if (results.some(({ error }) => error === undefined)) await afterRedrive(service);
    print(results.map(describeResult));
    if (results.some(({ error }) => error !== undefined)) process.exitCode = 1;
  } finally {
    await service.stop();
  }
}

function readCommand(args: readonly string[]) {
  try {
    const options = { topic: { type: 'string' }, id: { type: 'string', multiple: true } } as const;
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [verb, ...rest] = positionals;
    if ((verb !== 'list' && verb !== 'redrive') || rest.length > 0) return undefined;
    return { verb, topic: values.topic, eventIds: values.id };
  } catch {
    return undefined;
  }
}

function describe({ buriedAt, eventId, eventType, code, message, original }: DeadLetter): string {
  const place = `${original.topic}/${original.partition}@${original.offset}`;
  return `${new Date(buriedAt).toISOString()}  ${eventId ?? '(no id)'}  ${eventType ?? '(no type)'}  ${place}  ${code}: ${message}`;
}

function describeResult({ letter, error }: Redriven): string {
  return error === undefined
    ? `done    ${describe(letter)}`
    : `STAYS   ${describe(letter)}\n        now: ${error.message}`;
}

function print(lines: readonly string[]): void {
  process.stdout.write(lines.length === 0 ? 'No dead letters.\n' : `${lines.join('\n')}\n`);
}
