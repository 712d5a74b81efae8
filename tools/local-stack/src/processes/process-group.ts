/**
 * Sends a signal to a whole process group.
 * @returns false when no process is left in it; signal 0 only asks.
 */
export function signalGroup(leaderPid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leaderPid, signal);
    return true;
  } catch (error) {
    // macOS says EPERM where only a process is left that has ended and is not yet waited for.
    if (['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
