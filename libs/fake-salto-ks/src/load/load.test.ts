import fc from 'fast-check';
import { Load } from './load.ts';

const site = '5a170000-0000-4000-8000-000000000010';
const path = `/v1.2/sites/${site}/users?$top=1`;

describe('the load', () => {
  it('is the largest number of calls in any second, as counting by hand finds it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 80 }), (pauses) => {
        let clock = 0;
        const load = new Load(() => clock);
        const instants = pauses.map((pause) => {
          clock += pause;
          load.begin(path)();
          return clock;
        });
        const inSecondUpTo = (end: number) => instants.filter((at) => at > end - 1000 && at <= end).length;
        const largest_per_second = Math.max(...instants.map(inSecondUpTo));
        expect(load.inLastSecond(path)).toBe(inSecondUpTo(clock));
        const expected = { calls: pauses.length, largest_per_second, largest_at_once: 1 };
        expect(load.report()).toEqual({ total: expected, sites: { [site]: expected } });
      }),
    );
  });

  it('stays right when more calls have passed than it keeps', () => {
    let clock = 0;
    const load = new Load(() => clock);
    for (clock = 0; clock < 50_000; clock += 10) load.begin(path)();
    expect(load.report().total).toEqual({ calls: 5000, largest_per_second: 100, largest_at_once: 1 });
  });

  it('is the largest number of calls under way at once, by site and in all', () => {
    const load = new Load();
    const ends = [path, path, '/v1.2/sites', '/connect/token'].map((target) => load.begin(target));
    for (const end of ends) end();
    // Ending twice, as a broken connection may, must not make room.
    for (const end of ends) end();
    load.begin(path);
    load.begin(path);
    expect(load.report().total.largest_at_once).toBe(4);
    expect(load.report().sites[site]).toMatchObject({ calls: 4, largest_at_once: 2 });
  });

  it('begins anew, with the calls that are still under way', () => {
    const load = new Load(() => 0);
    const end = load.begin(path);
    load.begin(path)();
    load.reset();
    expect(load.report().total).toEqual({ calls: 0, largest_per_second: 0, largest_at_once: 1 });
    end();
    load.begin(path);
    expect(load.report().total).toEqual({ calls: 1, largest_per_second: 1, largest_at_once: 1 });
  });
});
