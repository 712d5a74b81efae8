import type { CallLog } from '../control/call-log.ts';
import { draw } from '../faults/random.ts';
import type { AccessGroup } from '../state/access-groups.ts';
import type { Changes } from '../state/changes.ts';
import type { State } from '../state/state.ts';
import { isOwnPerson, ownPerson } from './own-people.ts';
import { defaultPlan, type Plan } from './plan.ts';

interface Parts {
  state: State;
  calls: CallLog;
  changes: Changes;
  /** Epoch ms. */
  now: () => number;
}

/** What one step did. */
export interface Step {
  does: 'added' | 'removed';
  site_id: string;
  access_group_id: string;
  /** The platform id. */
  user_id: string;
}

/**
 * Another product that is connected to the same sites: it puts people into the same groups and takes people out. What
 * it does is drawn from the setting `seed`, so that the same world sees the same steps.
 */
export class SecondIntegration {
  readonly #parts: Parts;
  #plan = defaultPlan;
  #steps = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get plan(): Plan {
    return this.#plan;
  }

  /** Changes what is named. */
  configure(changed: Partial<Plan>): Plan {
    this.#plan = { ...this.#plan, ...changed };
    clearInterval(this.#timer);
    if (this.#plan.enabled) this.#timer = setInterval(() => this.step(), this.#plan.every_ms).unref();
    return this.#plan;
  }

  /** Stops it, and begins its steps anew. */
  reset(): void {
    this.configure(defaultPlan);
    this.#steps = 0;
  }

  /** Does one thing now; undefined when there is nothing to do. */
  step(): Step | undefined {
    const { state } = this.#parts;
    this.#steps += 1;
    const groups = state.accessGroups.all().filter(({ site_id }) => (this.#plan.site_id ?? site_id) === site_id);
    const group = this.#pick('group', groups);
    if (!group) return undefined;
    const removable = [...group.members].filter((id) => this.#plan.removes === 'anyone' || isOwnPerson(id));
    const leaver = this.#draw('leaves') < 0.5 ? this.#pick('leaver', removable) : undefined;
    return leaver === undefined ? this.#add(group) : this.#change(group, leaver, 'removed');
  }

  #add(group: AccessGroup): Step {
    const which = Math.floor(this.#draw('comer') * 1000);
    const { user_id } = ownPerson(this.#parts.state, group.site_id, which, this.#parts.now());
    return this.#change(group, user_id, 'added');
  }

  #change(group: AccessGroup, userId: string, does: Step['does']): Step {
    const { state, calls, changes, now } = this.#parts;
    group.setMember(userId, does === 'added', now() + state.settings.lock_spread_seconds * 1000);
    const members = `/v1.2/sites/${group.site_id}/access_groups/${group.id}/users`;
    calls.add({
      at: new Date(now()).toISOString(),
      method: does === 'added' ? 'POST' : 'DELETE',
      path: does === 'added' ? members : `${members}/${userId}`,
      outcome: 'answer',
      status: does === 'added' ? 200 : 204,
      duration_ms: 0,
      traceparent: null,
      caller: this.#plan.name,
      fault: null,
    });
    changes.tell();
    return { does, site_id: group.site_id, access_group_id: group.id, user_id: userId };
  }

  #draw(what: string): number {
    return draw(this.#parts.state.settings.seed, `second integration ${what}`, this.#steps);
  }

  #pick<T>(what: string, among: readonly T[]): T | undefined {
    return among[Math.floor(this.#draw(what) * among.length)];
  }
}
