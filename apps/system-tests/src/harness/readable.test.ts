import { temporal } from '@temporalio/proto';
import { readable } from './readable.ts';

const { History } = temporal.api.history.v1;
const memberId = '01a20dad-3088-77b1-9289-0d03155ed7e0';
const canary = 'qanariya.vogelsang@latchkey.example';

/** As the SDK makes a payload of what a workflow is given, answers or says. */
const payload = {
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(`{"a":["${memberId}","${canary}"]}`),
};
const payloads = { payloads: [payload] };
const failure = { message: 'no', cause: { applicationFailureInfo: { type: 'refused', details: payloads } } };

/** A history with one event, as it comes from the server. */
function received(event: temporal.api.history.v1.IHistoryEvent): unknown {
  return History.decode(History.encode({ events: [event] }).finish());
}

describe('what a history says is found', () => {
  test.each<[string, temporal.api.history.v1.IHistoryEvent]>([
    ["in a workflow's input", { workflowExecutionStartedEventAttributes: { input: payloads } }],
    ['in its memo', { workflowExecutionStartedEventAttributes: { memo: { fields: { who: payload } } } }],
    ["in a signal's input", { workflowExecutionSignaledEventAttributes: { input: payloads } }],
    ["in an activity's input", { activityTaskScheduledEventAttributes: { input: payloads } }],
    ['in its result', { activityTaskCompletedEventAttributes: { result: payloads } }],
    ["in a failure's details", { activityTaskFailedEventAttributes: { failure } }],
    ['in a marker', { markerRecordedEventAttributes: { details: { data: payloads } } }],
    [
      'in search attributes',
      { upsertWorkflowSearchAttributesEventAttributes: { searchAttributes: { indexedFields: { who: payload } } } },
    ],
    ['in the summary of a step', { userMetadata: { summary: payload } }],
  ])('%s', (_where, event) => {
    expect(readable(received(event))).toContain(memberId);
    expect(readable(received(event))).toContain(canary);
  });
});

test('payloads that a log shows in base64 are found', () => {
  const line = JSON.stringify({ msg: 'failed', payloads: [{ data: payload.data.toString('base64') }] });
  expect(line).not.toContain(canary);
  expect(readable(line)).toContain(canary);
  expect(readable(JSON.stringify({ msg: line }))).toContain(canary);
});

test('key, value and headers of a record are found', () => {
  const record = {
    key: Buffer.from('key of it'),
    value: Buffer.from(canary),
    headers: { type: Buffer.from('type of it') },
  };
  for (const word of ['key of it', canary, 'type of it']) expect(readable([record])).toContain(word);
});
