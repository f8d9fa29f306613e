import type { Loss } from "../loss_window.ts";
import type { Thresholds } from "../thresholds.ts";

/**
 * In how many seconds of the window frames must be lost. OBS loses a few at once when a scene
 * changes, a stream begins or a game starts, which is nothing to speak of.
 */
const LEAST_SECONDS = 4;

/** What was lost, if that is more than a hiccup. */
export function lastingLoss(loss: Loss | null, { leastLostFrames }: Thresholds): Loss | null {
  return loss !== null && loss.frames >= leastLostFrames && loss.seconds >= LEAST_SECONDS
    ? loss
    : null;
}
