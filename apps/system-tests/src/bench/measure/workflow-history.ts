import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { System } from '../../system/system.ts';

const { EventType } = proto.temporal.api.enums.v1;

/** One event of a workflow's history. */
export interface HistoryEvent {
  /** As Temporal UI calls it: `ActivityTaskScheduled`. */
  readonly type: string;
  /** Epoch ms. */
  readonly at: number;
}

type Timestamp = { readonly seconds?: { toNumber(): number } | null; readonly nanos?: number | null };

/** Reads histories of bookings' workflows. */
export class Histories {
  readonly #connection: Connection;
  readonly #client: Client;

  private constructor(connection: Connection, namespace: string) {
    this.#connection = connection;
    this.#client = new Client({ connection, namespace });
  }

  static async connect({ endpoints: { temporal } }: System): Promise<Histories> {
    return new Histories(await Connection.connect({ address: temporal.address }), temporal.namespace);
  }

  /** The newest run of a booking's workflow. */
  async ofBooking(id: string): Promise<HistoryEvent[]> {
    const { events } = await this.#client.workflow.getHandle(`booking-access:${id}`).fetchHistory();
    return (events ?? []).map(({ eventType, eventTime }) => ({ type: nameOf(eventType), at: epochMs(eventTime) }));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** The first event of this type. @throws where there is none */
export function first(events: readonly HistoryEvent[], type: string): number {
  const found = events.find((event) => event.type === type);
  if (found === undefined) throw new Error(`the workflow's history has no ${type}`);
  return found.at;
}

/** `EVENT_TYPE_ACTIVITY_TASK_SCHEDULED` as Temporal UI writes it. */
function nameOf(eventType: number | null | undefined): string {
  const words = (EventType[eventType ?? 0] ?? '').replace('EVENT_TYPE_', '').toLowerCase().split('_');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function epochMs(time: Timestamp | null | undefined): number {
  return (time?.seconds?.toNumber() ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
}
