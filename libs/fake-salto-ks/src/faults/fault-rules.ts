import { randomUUID } from 'node:crypto';
import type { FaultEffect, FaultRule } from './fault-rule.ts';
import { isOperation, type FaultyCall } from './operations.ts';
import { pathPattern } from './path-pattern.ts';
import { draw } from './random.ts';

interface Standing {
  id: string;
  rule: FaultRule;
  pattern: RegExp;
  until: number;
  seen: number;
  hits: number;
  /** What its chance is drawn by: the same for the same rules added in the same order. */
  chance: string;
}

/** A rule with what it did so far. */
export type FaultReport = FaultRule & { id: string; hits: number; is_over: boolean };

/** The faults that stand now. The first rule that matches a call hits it. */
export class FaultRules {
  readonly #now: () => number;
  readonly #seed: () => number;
  readonly #onHit: () => void;
  #rules: Standing[] = [];
  #added = 0;

  /** `seed` is what chance is drawn from. */
  constructor(now: () => number, seed: () => number, onHit: () => void = () => undefined) {
    this.#now = now;
    this.#seed = seed;
    this.#onHit = onHit;
  }

  /** Adds rules after those that stand; one with the id of a standing rule replaces it. */
  add(rules: readonly FaultRule[]): FaultReport[] {
    return rules.map((rule) => {
      const id = rule.id ?? randomUUID();
      this.remove(id);
      const until = this.#now() + (rule.for_ms ?? Infinity);
      const chance = `fault ${rule.id ?? this.#added}`;
      this.#added += 1;
      const standing = { id, rule, pattern: pathPattern(rule.path), until, seen: 0, hits: 0, chance };
      this.#rules.push(standing);
      return this.#report(standing);
    });
  }

  all(): FaultReport[] {
    return this.#rules.map((standing) => this.#report(standing));
  }

  remove(id: string): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((standing) => standing.id !== id);
    return this.#rules.length < before;
  }

  clear(): void {
    this.#rules = [];
    this.#added = 0;
  }

  /** What happens to this call, if anything; counts it as a hit. */
  take(call: FaultyCall): FaultEffect | undefined {
    return this.#hit(({ rule, pattern }) => {
      const isMeant = (rule.method ?? call.method) === call.method && pattern.test(call.path);
      return isMeant && (rule.operation === undefined || isOperation(call, rule.operation));
    });
  }

  /** What happens to a message of the event hub; only rules that name it apply. */
  takeMessage(): FaultEffect | undefined {
    return this.#hit(({ rule }) => rule.operation === 'hub_message');
  }

  #hit(isMeant: (standing: Standing) => boolean): FaultEffect | undefined {
    for (const standing of this.#rules) {
      if (this.#isOver(standing) || !isMeant(standing)) continue;
      standing.seen += 1;
      const { rule, seen, chance } = standing;
      if (seen <= rule.skip || draw(this.#seed(), chance, seen) >= rule.probability) continue;
      standing.hits += 1;
      this.#onHit();
      return rule.effect;
    }
    return undefined;
  }

  #isOver({ rule, until, hits }: Standing): boolean {
    return hits >= (rule.times ?? Infinity) || until <= this.#now();
  }

  #report(standing: Standing): FaultReport {
    const { id, rule, hits } = standing;
    return { ...rule, id, hits, is_over: this.#isOver(standing) };
  }
}
