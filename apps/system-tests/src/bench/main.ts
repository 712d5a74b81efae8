import { parseArgs } from 'node:util';
import { BenchSystem } from './bench-system.ts';
import { bookingForNow } from './booking-for-now.ts';
import { herd } from './herd.ts';
import { life } from './life.ts';
import { type Figure, figure, table } from './measure/figures.ts';
import { machine } from './measure/machine.ts';
import { MemoryWatch } from './measure/memory-watch.ts';
import { pacedHerd } from './paced-herd.ts';
import type { Scenario } from './scenario.ts';
import { start } from './start.ts';

// `npm run bench -- [scenario …] [--n 100]`: figures of this machine. The exit code says only whether all of it ran.

const scenarios: Readonly<Record<string, Scenario>> = { now: bookingForNow, life, herd, paced: pacedHerd };
const names = ['start', ...Object.keys(scenarios)];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { n: { type: 'string' } } });
const chosen = positionals.length > 0 ? positionals : names;
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}; there are ${names.join(', ')}`);
const n = values.n === undefined ? undefined : Number(values.n);

const tell = (line: string) => console.log(line);
tell(machine());
const figures: Figure[] = [];
if (chosen.includes('start')) figures.push(...(await start(tell)));
if (chosen.some((name) => name !== 'start')) figures.push(...(await withSystem(chosen)));
tell(`\n${machine()}\n${table(figures)}`);

async function withSystem(wanted: readonly string[]): Promise<Figure[]> {
  tell('Starting the system');
  const bench = await BenchSystem.start();
  const memory = new MemoryWatch();
  try {
    const found: Figure[] = [];
    for (const [name, scenario] of Object.entries(scenarios)) {
      if (!wanted.includes(name)) continue;
      tell(`\n${name}`);
      found.push(...(await scenario({ bench, n, tell })));
    }
    const peak = memory.stop();
    return [...found, figure('memory of all processes, at its peak', '≤ 3 GiB', gibibytes(peak), peak <= 3 * 1_024)];
  } finally {
    memory.stop();
    await bench.stop();
  }
}

function gibibytes(mebibytes: number): string {
  return `${(mebibytes / 1_024).toFixed(2)} GiB`;
}
