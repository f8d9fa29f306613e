import type { Loss } from "../loss_window.ts";
import type { Thresholds } from "../thresholds.ts";

/**
 * In how many seconds of the window frames must be lost. OBS loses a few at once when a stream
 * begins, and some one by one while a game loads, which is nothing to speak of.
 */
const LEAST_SECONDS = 6;

/** In how many, where they are lost through most of the window. */
const LEAST_SECONDS_THROUGHOUT = 4;

/** A share that is no more than this many times what is fine is little. */
const LITTLE = 2;

/**
 * What was lost, if that is more than a hiccup: too much even for the whole window. Little must be
 * lost through most of it, for that is how a game loads, too.
 */
export function lastingLoss(loss: Loss | null, thresholds: Thresholds): Loss | null {
  const { leastLostFrames, lostFramesPercent: { warning } } = thresholds;
  if (loss === null || loss.frames < leastLostFrames) return null;
  const { windowPercent, seconds, isThroughout } = loss;
  const lasts = isThroughout
    ? windowPercent > warning && seconds >= LEAST_SECONDS_THROUGHOUT
    : windowPercent > LITTLE * warning && seconds >= LEAST_SECONDS;
  return lasts ? loss : null;
}
