/** When a snapshot is too old to be believed. */

/** Milliseconds without a new `sequence` after which a snapshot is stale: 1.5 s or three ticks. */
export function staleAfterMs(tickMs: number): number {
  return Math.max(1500, 3 * tickMs);
}

/** Milliseconds between two snapshots until the sidecar says otherwise. */
export const DEFAULT_TICK_MS = 500;
