import { readdirSync, readFileSync } from 'node:fs';

/** What Linux says of one process. */
interface Process {
  readonly pid: number;
  readonly parentPid: number;
  /** Its own processor time, and that of children it has waited for. */
  readonly cpuMs: number;
}

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick. */
const MS_A_TICK = 10;

/** Whether this system tells about processes the way that is read here. */
export const canBeRead = process.platform === 'linux';

/** All processes that this one started, or theirs did, and this one itself; threads are part of their process. */
export function ownProcesses(): number[] {
  return familyOf(process.pid, processes()).map(({ pid }) => pid);
}

/** Memory in MiB of these processes; what several share is counted once. */
export function memoryMiB(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + proportionalKiB(pid), 0) / 1_024;
}

/** Processor time that each of these processes and all that it started has used so far, in ms. */
export function cpuMsOf(pids: ReadonlyMap<string, number>): Map<string, number> {
  const all = processes();
  return new Map([...pids].map(([name, pid]) => [name, familyOf(pid, all).reduce((sum, { cpuMs }) => sum + cpuMs, 0)]));
}

function familyOf(pid: number, all: readonly Process[]): Process[] {
  const found = new Set(all.filter((one) => one.pid === pid));
  for (const { pid: parent } of found) for (const one of all) if (one.parentPid === parent) found.add(one);
  return [...found];
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => parse(read(`/proc/${name}/stat`)));
}

/** The name stands in parentheses, and may hold anything. */
function parse(stat: string | undefined): Process[] {
  const [pid, rest] = [Number.parseInt(stat ?? '', 10), stat?.slice(stat.lastIndexOf(')') + 2).split(' ')];
  if (rest === undefined) return [];
  const parentPid = Number(rest[1]);
  const cpuMs = rest.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * MS_A_TICK, 0);
  return [{ pid, parentPid, cpuMs }];
}

/** The resident memory, where the share in what is shared may not be read. */
function proportionalKiB(pid: number): number {
  const share = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '');
  const resident = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '');
  return Number((share ?? resident)?.[1] ?? 0);
}

/** Undefined when the process has ended meanwhile. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
