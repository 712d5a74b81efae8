/**
 * The version of what one member should have at one site. A restored database begins a new epoch, so that what was
 * decided after the backup can never pass for newer.
 */
export interface Revision {
  readonly epoch: number;
  readonly n: number;
}

/** Negative when `a` is older than `b`, zero when they are the same, positive when it is newer. */
export function compareRevisions(a: Revision, b: Revision): number {
  return a.epoch - b.epoch || a.n - b.n;
}
