import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

const CHECK_PENDING_MS = 10;

/**
 * Replaces one method of kafkajs 2.2.4. The original sets a timer after every request, also with nothing to check, which
 * re-arms itself every millisecond for as long as the connection lives, and counts down from -1, for which Node 24 warns
 * (TimeoutNegativeWarning; tulios/kafkajs issue 1751). This one waits only while something is pending.
 */
export function quietenKafkajsTimers(): void {
  const require = createRequire(import.meta.url);
  const queue = require('kafkajs/src/network/requestQueue') as { prototype: Record<string, unknown> };
  if (typeof queue.prototype['scheduleCheckPendingRequests'] !== 'function') {
    throw new Error('kafkajs has changed: look again at kafkajs-timers.ts');
  }
  queue.prototype['scheduleCheckPendingRequests'] = function (this: RequestQueue) {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const throttledMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : CHECK_PENDING_MS,
    );
  };
}
