import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** `2 cores (AMD EPYC), 24 GiB, Node v24.21.0` */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return `${availableParallelism()} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}

/** The run queue's mean over the last minute; beyond the number of cores something waited. */
export function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
