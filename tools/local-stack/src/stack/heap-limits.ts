/**
 * V8's flags for a heap of so many MiB. New objects are held to a part of it: V8 lets them take three times 32 MiB after a
 * burst (a start is one), which it counts against the limit, and then collects the old ones again and again in vain. It
 * took two thirds of access-service's processor time.
 */
export function heapLimits(memoryMiB: number): string[] {
  return [`--max-old-space-size=${memoryMiB}`, '--max-semi-space-size=8'];
}
