/** Which part of the frames is told as lost. */
import { type Loss, together, WINDOW_MS } from "./spans.ts";

/** A part of the frames, and of which ones. */
export interface LostShare {
  percent: number;
  /** Whether of all frames of the stream; else of those in the time of the losses. */
  isOfAll: boolean;
}

/**
 * Length up to which a stream's shares over the last minute tell little of it: for the first minute
 * they count frames from before it, and what is lost takes another one to leave them.
 */
const SHORT_MS = 2 * WINDOW_MS;

/**
 * The part of the frames that was lost. Of a short stream it is what was counted over the whole of
 * it, as the summary tells it; of a longer one, what was lost in the stretches themselves.
 * @param options.lastedMs how long the stream was live
 * @param options.countedPercent of all its frames; null if it is not known
 */
export function lostShare(
  losses: readonly Loss[],
  { lastedMs, countedPercent }: { lastedMs: number; countedPercent: number | null },
): LostShare {
  return lastedMs <= SHORT_MS && countedPercent !== null && countedPercent > 0
    ? { percent: countedPercent, isOfAll: true }
    : { percent: together(losses).share, isOfAll: false };
}
