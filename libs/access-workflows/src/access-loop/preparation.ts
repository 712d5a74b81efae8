import type { AccessPlan, Pair } from '../activities.ts';
import { Alarm } from './alarm.ts';
import { sendPreparation } from './doors.ts';
import { pairKey } from './pair.ts';

const atATime = 25;

/**
 * Prepares members before their access opens, beside the loop and without a plan of its own. Its failure is no error
 * of the grant, since opening does all of it itself.
 */
export class Preparation {
  private readonly alarm = new Alarm();
  private readonly prepared = new Set<string>();
  private waiting: Pair[] = [];
  private failed: string[] = [];

  get isDue(): boolean {
    return this.alarm.hasRung && this.waiting.length > 0;
  }

  /** For the workflow's details; empty when nothing is wrong. */
  get warning(): string {
    const members = this.failed.map((memberId) => `\`${memberId}\``).join(', ');
    return this.failed.length > 0 ? `\n\n⚠ Could not be prepared, which opening will make up for: ${members}` : '';
  }

  schedule(prepare: AccessPlan['prepare']): void {
    this.waiting = prepare?.members.filter((pair) => !this.prepared.has(pairKey(pair))) ?? [];
    this.alarm.set(prepare && this.waiting.length > 0 ? prepare.at : null, 'until members are prepared in Salto KS');
  }

  /** @param onFailure called when the warning has changed */
  start(traceparent: string | undefined, onFailure: () => void): void {
    const pairs = this.waiting;
    this.waiting = [];
    this.failed = [];
    for (const pair of pairs) this.prepared.add(pairKey(pair));
    const prepareNext = async (): Promise<void> => {
      for (let pair = pairs.shift(); pair !== undefined; pair = pairs.shift()) {
        await this.prepare(pair, traceparent, onFailure);
      }
    };
    const lanes = Math.min(atATime, pairs.length);
    for (let lane = 0; lane < lanes; lane++) void prepareNext();
  }

  private async prepare(pair: Pair, traceparent: string | undefined, onFailure: () => void): Promise<void> {
    const { siteId, memberId } = pair;
    try {
      await sendPreparation({ version: 1, siteId, memberId, traceparent });
    } catch {
      this.prepared.delete(pairKey(pair)); // a later plan may ask for it again
      this.failed.push(memberId);
      onFailure();
    }
  }
}
