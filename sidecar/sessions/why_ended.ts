import type { SessionEnd } from "./live_sessions.ts";

/**
 * How a session ended whose stream OBS no longer shows.
 * @param options.gone what OBS shows in its place, as `isSameStream` found
 * @param options.isUnsure whether an earlier sidecar began it, and OBS is asked for the first time
 * @param options.wasLost whether OBS had gone without a word before
 */
export function whyGone({ gone, isUnsure, wasLost, hasSlept }: {
  gone: "another OBS" | "over";
  isUnsure: boolean;
  wasLost: boolean;
  hasSlept: boolean;
}): SessionEnd {
  if (isUnsure) return wasLost ? "obs_crashed" : "sidecar_stopped";
  if (hasSlept) return "machine_slept";
  return gone === "another OBS" ? "obs_crashed" : "stopped";
}

/**
 * How a session ended while OBS was away for too long.
 * @param options.wasLost whether OBS had gone without a word
 */
export function whyMissed(
  { wasLost, hasSlept }: { wasLost: boolean; hasSlept: boolean },
): SessionEnd {
  if (!wasLost) return "sidecar_stopped";
  return hasSlept ? "machine_slept" : "obs_crashed";
}
