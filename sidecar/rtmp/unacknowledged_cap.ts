import type { Acknowledgements } from "./acknowledgements.ts";

/** Most media that may be under way without being acknowledged. */
const MAX_UNACKNOWLEDGED_MS = 2000;

/** How much of the past the server's rate is taken from. */
const RECENT_MS = 3000;

/** Windows that may always be under way, however coarse the server acknowledges. */
const MIN_STEPS = 4;

/**
 * Most bytes that may be under way: two seconds at the rate the server takes them, so that a test
 * ends soon after it stops and a slow link's buffers are not filled for minutes. No limit for a
 * server that has not acknowledged anything, since nothing can be known of it.
 */
export function unacknowledgedCap(
  { samples, largestStep, usable }: Acknowledgements,
  { paceKbps }: { paceKbps: number },
): number {
  const last = samples.at(-1);
  if (last === undefined || !usable) return Number.POSITIVE_INFINITY;
  let from = samples.length - 1;
  while (from > 0 && last.atMs - (samples[from - 1]?.atMs ?? 0) <= RECENT_MS) from--;
  const first = samples[from] ?? last;
  const spanMs = last.atMs - first.atMs;
  const bytesPerMs = spanMs < 500 ? paceKbps / 8 : (last.bytes - first.bytes) / spanMs;
  return Math.max(MAX_UNACKNOWLEDGED_MS * bytesPerMs, MIN_STEPS * largestStep);
}
