import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import proto, { type temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;

const { EventType } = proto.temporal.api.enums.v1;

/** The names of a history's events, in order. */
export function eventTypes({ events }: History): string[] {
  return (events ?? []).map(({ eventType }) => String(EventType[eventType ?? 0]).replace('EVENT_TYPE_', ''));
}

/** What a replay needs of a history, as text without the machine that it was made on. */
export function storedHistory(history: History): string {
  // Plain JSON.stringify gives what the SDK cannot read again.
  const json: unknown = JSON.parse(historyToJSON(history));
  const text = JSON.stringify(json, (key, value: unknown) => (machineSpecific.has(key) ? undefined : value), 1);
  return `${text}\n`;
}

const machineSpecific = new Set(['identity', 'stackTrace', 'workerVersion', 'binaryChecksum']);
