import { randomUUID } from 'node:crypto';
import type { FaultEffect, FaultRule } from './fault-rule.ts';
import { pathPattern } from './path-pattern.ts';

interface Standing {
  id: string;
  rule: FaultRule;
  pattern: RegExp;
  until: number;
  seen: number;
  hits: number;
}

/** A rule with what it did so far. */
export type FaultReport = FaultRule & { id: string; hits: number };

/** The faults that stand now. The first rule that matches a call hits it. */
export class FaultRules {
  readonly #now: () => number;
  #rules: Standing[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds rules after those that stand; one with the id of a standing rule replaces it. */
  add(rules: readonly FaultRule[]): FaultReport[] {
    return rules.map((rule) => {
      const id = rule.id ?? randomUUID();
      this.remove(id);
      const until = this.#now() + (rule.for_ms ?? Infinity);
      const standing = { id, rule, pattern: pathPattern(rule.path), until, seen: 0, hits: 0 };
      this.#rules.push(standing);
      return report(standing);
    });
  }

  all(): FaultReport[] {
    return this.#rules.map(report);
  }

  remove(id: string): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((standing) => standing.id !== id);
    return this.#rules.length < before;
  }

  clear(): void {
    this.#rules = [];
  }

  /** What happens to this call, if anything; counts it as a hit. */
  take(method: string, path: string): FaultEffect | undefined {
    for (const standing of this.#rules) {
      if (!this.#matches(standing, method, path)) continue;
      standing.seen += 1;
      if (standing.seen <= standing.rule.skip) continue;
      standing.hits += 1;
      return standing.rule.effect;
    }
    return undefined;
  }

  #matches({ rule, pattern, until, hits }: Standing, method: string, path: string): boolean {
    const isSpent = hits >= (rule.times ?? Infinity) || until <= this.#now();
    return !isSpent && (rule.method ?? method) === method && pattern.test(path);
  }
}

function report({ id, rule, hits }: Standing): FaultReport {
  return { ...rule, id, hits };
}
