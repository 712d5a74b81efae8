import fc from 'fast-check';
import { faultRuleSchema, type FaultRuleInput } from './fault-rule.ts';
import { FaultRules } from './fault-rules.ts';
import { draw } from './random.ts';

const call = { method: 'GET', path: '/v1.2/me', text: '' };
const unavailable = { kind: 'unavailable' } as const;

function rulesOf(seed: number, ...rules: FaultRuleInput[]): FaultRules {
  const standing = new FaultRules(
    () => 0,
    () => seed,
  );
  standing.add(rules.map((rule) => faultRuleSchema.parse(rule)));
  return standing;
}

const hits = (rules: FaultRules, calls: number) =>
  Array.from({ length: calls }, () => rules.take(call)?.kind === 'unavailable');

describe('a fault with a probability', () => {
  it('hits the same calls for the same seed, whatever befalls other calls in between', () => {
    const other = { path: '/other', probability: 0.5, effect: unavailable };
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.boolean(), { maxLength: 60 }),
        (seed, probability, interruptions) => {
          const rule = { path: call.path, probability, effect: unavailable };
          const interrupted = rulesOf(seed, rule, other);
          const seen = interruptions.map((isInterrupted) => {
            if (isInterrupted) interrupted.take({ ...call, path: '/other' });
            return interrupted.take(call) !== undefined;
          });
          expect(seen).toEqual(hits(rulesOf(seed, rule, other), interruptions.length));
        },
      ),
    );
  });

  it('hits about its share of the calls, and other calls with another seed or as another rule', () => {
    for (const probability of [0.1, 0.5, 0.9]) {
      const bySeed = [1, 2, 3].map((seed) => hits(rulesOf(seed, { probability, effect: unavailable }), 2000));
      for (const seen of bySeed) {
        const share = seen.filter(Boolean).length / seen.length;
        expect(Math.abs(share - probability)).toBeLessThan(0.04);
      }
      expect(bySeed[0]).not.toEqual(bySeed[1]);
    }
    const twins = rulesOf(
      1,
      { path: '/a', probability: 0.5, effect: unavailable },
      { path: '/b', probability: 0.5, effect: unavailable },
    );
    const seen = (path: string) => Array.from({ length: 50 }, () => twins.take({ ...call, path }) !== undefined);
    expect(seen('/a')).not.toEqual(seen('/b'));
  });

  it('counts only hits towards `times`, and begins anew when the rules are cleared and added again', () => {
    const rule = { probability: 0.3, skip: 2, times: 3, effect: unavailable };
    const rules = rulesOf(7, rule);
    const first = hits(rules, 60);
    expect(first.filter(Boolean)).toHaveLength(3);
    expect(first.slice(0, 2)).toEqual([false, false]);
    expect(rules.all()).toMatchObject([{ hits: 3, is_over: true }]);
    rules.clear();
    rules.add([faultRuleSchema.parse(rule)]);
    expect(hits(rules, 60)).toEqual(first);
  });

  it('never hits at 0 and always at 1', () => {
    expect(hits(rulesOf(1, { probability: 0, effect: unavailable }), 100)).not.toContain(true);
    expect(hits(rulesOf(1, { probability: 1, effect: unavailable }), 100)).not.toContain(false);
  });
});

describe('draw', () => {
  it('is from 0 up to 1, and spread evenly over neighbouring counts', () => {
    const tenths = new Array<number>(10).fill(0);
    for (let count = 0; count < 10_000; count += 1) {
      const drawn = draw(1, 'x', count);
      expect(drawn >= 0 && drawn < 1).toBe(true);
      const tenth = Math.floor(drawn * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(850);
    expect(Math.max(...tenths)).toBeLessThan(1150);
  });
});

describe('a fault of an operation', () => {
  const token = (grant: string) => ({ method: 'POST', path: '/connect/token', text: `grant_type=${grant}` });
  const calls = {
    discovery: { method: 'GET', path: '/.well-known/openid-configuration', text: '' },
    sign_in: { method: 'GET', path: '/connect/authorize', text: '' },
    exchange_code: token('authorization_code'),
    refresh_token: token('refresh_token'),
    password_grant: token('password'),
    revoke_token: { method: 'POST', path: '/connect/revocation', text: '' },
    hub_negotiate: { method: 'POST', path: '/v1/hub/entries/negotiate', text: '' },
    hub_connect: { method: 'GET', path: '/v1/hub/entries', text: '' },
  } as const;
  type Named = keyof typeof calls;

  it.each(Object.keys(calls) as Named[])('%s hits that and nothing else', (operation) => {
    const rules = rulesOf(1, { operation, effect: unavailable });
    const hit = (Object.keys(calls) as Named[]).filter((name) => rules.take(calls[name]));
    expect(hit).toEqual([operation]);
    expect(rules.takeMessage()).toBeUndefined();
  });

  it('hub_message hits messages, which rules without it let pass', () => {
    expect(rulesOf(1, { effect: unavailable }).takeMessage()).toBeUndefined();
    const rules = rulesOf(1, { operation: 'hub_message', effect: { kind: 'reset' } });
    expect(rules.take(calls.hub_connect)).toBeUndefined();
    expect(rules.takeMessage()).toMatchObject({ kind: 'reset' });
  });
});
