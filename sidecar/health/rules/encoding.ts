/** What the encoder does to OBS's picture. */
import { NOTHING_RECENT } from "../recent.ts";
import { above, type Judged, plain, type Rule, SINCE } from "../rule.ts";
import type { Thresholds } from "../thresholds.ts";
import { lastingLoss } from "./lasting_loss.ts";

/** From here on a graphics card, or its encoder, has no time left. */
const GPU_FULL_PERCENT = 97;

/** Frames that the encoder was too busy to take. */
export const encoderSkips: Rule = {
  id: "encoder_skips",
  pace: "steady",
  find: (judged, thresholds) => {
    const loss = lastingLoss(judged.recent?.skipped ?? null, thresholds);
    const severity = above(loss?.percent ?? null, thresholds.lostFramesPercent);
    if (loss === null || severity === null) return [];
    const { cause, remedy } = reason(judged, thresholds);
    // Frames that come late are then skipped too: the alert about rendering says it all.
    if (cause === "rendering") return [];
    return [{
      severity,
      metric: "obs.recent_encoder_skipped_percentage",
      value: loss.percent,
      beganMsAgo: loss.beganMsAgo,
      seenMsAgo: loss.seenMsAgo,
      message: `Encoder: ${plain(loss.percent)} % of the frames are skipped${SINCE}. ${remedy}`,
    }];
  },
};

type Cause = "rendering" | "processor" | "hardware encoder" | "graphics card" | "unknown";

/** What leaves the encoder no time. */
function reason(
  { system, recent = NOTHING_RECENT }: Judged,
  thresholds: Thresholds,
): { cause: Cause; remedy: string } {
  const { cpu_usage_percent: cpu, gpu } = system;
  if (cpu !== null && cpu > thresholds.cpuPercent) {
    return {
      cause: "processor",
      remedy: `The processor is ${plain(cpu)} % busy: choose a hardware encoder or a faster ` +
        "preset, or close what is not needed.",
    };
  }
  if ((gpu?.encoder_utilization_percent ?? 0) >= GPU_FULL_PERCENT) {
    return {
      cause: "hardware encoder",
      remedy: "The graphics card's encoder is full: choose a faster preset, a lower resolution, " +
        "or stop what else encodes.",
    };
  }
  if ((gpu?.utilization_percent ?? 0) >= GPU_FULL_PERCENT) {
    const lagged = lastingLoss(recent.lagged, thresholds);
    const isLate = above(lagged?.percent ?? null, thresholds.lostFramesPercent) !== null;
    return {
      cause: isLate ? "rendering" : "graphics card",
      remedy: "The graphics card is full: cap the game's frame rate, or lower its graphics " +
        "settings.",
    };
  }
  return {
    cause: "unknown",
    remedy: "Choose a faster preset, a hardware encoder, or a lower resolution.",
  };
}
