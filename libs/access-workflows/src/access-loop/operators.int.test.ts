import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@latchkey/test-kit';
import { searchAttributes } from '@latchkey/contracts';
import { CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import { grant, hours, minutes } from '../testing/fake-access.ts';
import { eventTypes } from '../testing/history.ts';
import { openStage, type Stage } from '../testing/stage.ts';
import * as keys from '../search-attributes.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('a workflow that is cancelled in Temporal UI ends, changes nothing about access, and can be started again', async () => {
  const { access, handle, change } = stage.play('booking');
  const opened = grant('ada', -hours(1), hours(1));
  await change([opened]);
  await eventually(() => access.writes.length === 1);
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ name: 'WorkflowFailedError' });
  expect(access.members.get('ada')).toEqual(['front-door']);
  expect(eventTypes(await handle.fetchHistory()).at(-1)).toBe('WORKFLOW_EXECUTION_CANCELED');
  await change([opened]); // what the sweep does
  await eventually(async () => (await handle.describe()).status.name === 'RUNNING');
  await handle.terminate();
});

test('a workflow that is cancelled while the adapter works does not wait for it', async () => {
  const { access, handle, change } = stage.play('booking');
  const answer = Promise.withResolvers<undefined>();
  access.onApply = () => answer.promise;
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.applied.length === 1);
  await handle.cancel();
  const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  answer.resolve(undefined);
});

test('a workflow that is terminated in Temporal UI goes on as a new run from what the database says', async () => {
  const { access, handle, change } = stage.play('booking');
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.writes.length === 1);
  await handle.terminate('an operator');
  expect(access.members.get('ada')).toEqual(['front-door']);
  await change([]);
  await handle.result();
  expect(access.members.get('ada')).toEqual([]);
});

test('operators find a booking by what it is about, and read its story', async () => {
  const { access, handle, change } = stage.play('booking');
  const booked = grant('ada', hours(1), hours(2));
  await change([booked]);
  await eventually(() => access.plans.length === 1);
  const query = `LocationId = 'paris' AND AccessPhase = 'scheduled' AND SaltoSiteId = '${access.siteId}'`;
  await eventually(async () => (await stage.client.workflow.count(query)).count === 1);
  const description = await handle.describe();
  const { typedSearchAttributes, memo } = description;
  expect(typedSearchAttributes.get(keys.GrantHealth)).toBe('ok');
  expect(typedSearchAttributes.get(keys.EntitlementKind)).toBe('booking');
  expect(typedSearchAttributes.get(keys.WindowStart)).toEqual(new Date(booked.opensAt));
  expect(typedSearchAttributes.get(keys.NextActionAt)).toEqual(new Date(booked.opensAt));
  const summary = `booking ${access.entitlement.id}`;
  expect(memo).toEqual({ startedBecause: 'test changed', summary });
  expect(await description.staticSummary()).toBe(summary);
  const { currentDetails, definition } = await handle.query<Metadata>('__temporal_workflow_metadata');
  expect(currentDetails).toBe('**scheduled**');
  const handlers = [...definition.signalDefinitions, ...definition.updateDefinitions, ...definition.queryDefinitions];
  const ours = handlers.filter(({ name }) => !name.startsWith('__'));
  expect(ours.map(({ name }) => name).sort()).toEqual(['cancelled', 'changed', 'plan', 'retryNow']);
  expect(ours.every(({ description }) => description)).toBe(true);
  await handle.terminate();
});

test('a booking that cannot be granted is found by its health until it is', async () => {
  const { access, handle, change } = stage.play('booking');
  let isDown = true;
  access.onApply = () => (isDown ? Promise.reject(new Error('Salto KS is down')) : Promise.resolve(undefined));
  await change([grant('ada', -minutes(1), hours(2))]);
  const query = `GrantHealth = 'retrying' AND SaltoSiteId = '${access.siteId}' AND AccessPhase = 'granting'`;
  await eventually(async () => (await stage.client.workflow.count(query)).count === 1, { timeoutMs: 20_000 });
  isDown = false;
  await handle.executeUpdate('retryNow');
  const healthy = `GrantHealth = 'ok' AND SaltoSiteId = '${access.siteId}' AND AccessPhase = 'active'`;
  await eventually(async () => (await stage.client.workflow.count(healthy)).count === 1);
  await handle.terminate();
});

test("each query of the operators' page is understood by the server", async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/temporal-queries.md'), 'utf8');
  const queries = [...page.matchAll(/^\|[^|]+\? .*\| +`([^`]+)` +\|$/gmu)].map(([, query]) => query!);
  expect(queries.length).toBeGreaterThan(8);
  for (const query of queries) await stage.client.workflow.count(query);
});

test('the search attributes that workflows write are the ones that namespaces are made with', () => {
  const types = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList', DATETIME: 'Datetime' };
  const written = Object.fromEntries(Object.values(keys).map(({ name, type }) => [name, types[type]]));
  expect(written).toEqual(searchAttributes);
});

interface Metadata {
  readonly currentDetails: string;
  readonly definition: Record<
    'signalDefinitions' | 'updateDefinitions' | 'queryDefinitions',
    readonly { readonly name: string; readonly description: string }[]
  >;
}
