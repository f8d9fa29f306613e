import type { Loss } from "../loss_window.ts";
import type { Thresholds } from "../thresholds.ts";

/** In how many seconds frames must be lost: so many at most, and that share of a short window. */
interface Least {
  seconds: number;
  share: number;
}

/**
 * OBS loses a few frames at once when a stream begins, and some one by one while a game loads, which
 * is nothing to speak of.
 */
const LEAST: Least = { seconds: 6, share: 0.6 };

/** Where frames are lost through most of the window. */
const LEAST_THROUGHOUT: Least = { seconds: 4, share: 0.4 };

/** A share that is no more than this many times what is fine is little. */
const LITTLE = 2;

/**
 * What was lost, if that is more than a hiccup: too much even for the whole window. Little must be
 * lost through most of it, for that is how a game loads, too.
 */
export function lastingLoss(loss: Loss | null, thresholds: Thresholds): Loss | null {
  const { leastLostFrames, lostFramesPercent: { warning } } = thresholds;
  if (loss === null || loss.frames < leastLostFrames) return null;
  const lasts = loss.isThroughout
    ? loss.windowPercent > warning && isInEnough(loss, LEAST_THROUGHOUT)
    : loss.windowPercent > LITTLE * warning && isInEnough(loss, LEAST);
  return lasts ? loss : null;
}

/** A short window, or one of samples far apart, has too few seconds to ask for as many. */
function isInEnough({ seconds, windowSeconds }: Loss, { seconds: most, share }: Least): boolean {
  return seconds >= Math.min(most, Math.ceil(share * windowSeconds));
}
