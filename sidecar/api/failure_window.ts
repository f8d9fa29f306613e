import type { Clock } from "../time/clock.ts";

/** Counts failures within a sliding window of time. */
export interface FailureWindow {
  /** Notes one failure; if there were too many, the whole seconds until one is forgotten. */
  add(): number | null;
  /** Whether the failure noted last was the first one too many. */
  justFilled(): boolean;
}

/** Lets `max` failures pass in any `windowMs` milliseconds; refused ones are not counted again. */
export function createFailureWindow(
  { max, windowMs, clock }: { max: number; windowMs: number; clock: Pick<Clock, "monotonic"> },
): FailureWindow {
  let times: number[] = [];
  let refused = 0;
  return {
    add() {
      const now = clock.monotonic();
      times = times.filter((time) => now - time < windowMs);
      if (times.length < max) {
        times.push(now);
        refused = 0;
        return null;
      }
      refused++;
      return Math.max(1, Math.ceil(((times[0] ?? now) + windowMs - now) / 1000));
    },
    justFilled: () => refused === 1,
  };
}
