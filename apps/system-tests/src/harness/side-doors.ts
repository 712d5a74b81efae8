import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deadLetterTopic, topicDeclarations } from '@latchkey/contracts';
import { serviceProcesses } from '@latchkey/local-stack';
import { KafkaClient, readTopics } from '@latchkey/service-kit';
import { Client, type Connection } from '@temporalio/client';
import { readable } from './readable.ts';
import type { RunningSystem } from './running-system.ts';

/** Knows by right what it is told: it stands for Salto. */
const SALTO_LOG = 'fake-salto-ks.log';

/** The places by which a word might leave that nobody is meant to read, each as text. */
export class SideDoors {
  readonly #running: RunningSystem;
  readonly #temporal: Client;

  constructor(running: RunningSystem, connection: Connection) {
    this.#running = running;
    this.#temporal = new Client({ connection, namespace: running.system.endpoints.temporal.namespace });
  }

  /** What all processes and servers print, but for the fake Salto KS. */
  logs(): string {
    const files = readdirSync(this.#running.logFolder).filter((name) => name !== SALTO_LOG);
    const ours = [...serviceProcesses.map(({ name }) => name), 'console', 'postgres', 'kafka', 'temporal'];
    expect(files).toEqual(expect.arrayContaining(ours.map((name) => `${name}.log`)));
    return files.map((name) => readable(readFileSync(join(this.#running.logFolder, name), 'utf8'))).join('\n');
  }

  /** Every record of every topic, those of dead letters included. */
  async events(): Promise<string> {
    const { brokers } = this.#running.system.endpoints.kafka;
    const topics = topicDeclarations.flatMap(({ name, consumers }) => [
      name,
      ...consumers.map((group) => deadLetterTopic(name, group)),
    ]);
    const records = await readTopics(new KafkaClient({ brokers, clientId: 'system-tests' }), topics, 'secrets');
    return records.map(({ headers, key, value }) => readable([headers, key, value])).join('\n');
  }

  async histories(): Promise<string> {
    const texts: string[] = [];
    for await (const { workflowId, runId, memo } of this.#temporal.workflow.list()) {
      const history = await this.#temporal.workflow.getHandle(workflowId, runId).fetchHistory();
      texts.push(readable([memo, history]));
    }
    return texts.join('\n');
  }

  /** What Temporal UI shows of bookings that are open, which is in no history. */
  async details(): Promise<string> {
    const texts: string[] = [];
    const query = "ExecutionStatus = 'Running' AND EntitlementKind = 'booking'";
    for await (const { workflowId, runId } of this.#temporal.workflow.list({ query })) {
      texts.push(
        readable(await this.#temporal.workflow.getHandle(workflowId, runId).query('__temporal_workflow_metadata')),
      );
    }
    return texts.join('\n');
  }

  async schedules(): Promise<string> {
    const texts: string[] = [];
    for await (const { scheduleId } of this.#temporal.schedule.list()) {
      texts.push(readable((await this.#temporal.schedule.getHandle(scheduleId).describe()).raw));
    }
    return texts.join('\n');
  }

  async metrics(): Promise<string> {
    const urls = Object.values(this.#running.system.endpoints.services);
    return (await Promise.all(urls.map((url) => fetch(`${url}/metrics`).then((answer) => answer.text())))).join('\n');
  }
}
