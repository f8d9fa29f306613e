import type { Gpu } from "../../../shared/telemetry.ts";
import { above, type Finding, type Rule, SINCE } from "../rule.ts";
import { isAnyActive } from "./any_active.ts";

/**
 * Reasons that say that a card is too hot or gets too little power, by NVML's words. A power cap
 * alone is none: a card under full load runs at its cap all evening, as it is built to.
 */
const REASONS = new Map([
  ["hardware thermal slowdown", "too hot"],
  ["software thermal slowdown", "too hot"],
  ["power brake", "short of power"],
  ["hardware slowdown", "too hot or short of power"],
]);

/**
 * A card slows itself down while OBS is live: a warning. If it is the one that OBS encodes on, it is
 * an error once frames are rendered late too, for then viewers see it.
 */
export const gpuThrottling: Rule = {
  id: "gpu_throttling",
  pace: "momentary",
  find: ({ system, obs }, { lostFramesPercent }) => {
    if (!isAnyActive(obs)) return [];
    const isSeen = above(obs.recent_render_lagged_percentage, lostFramesPercent) !== null;
    return (system.gpus ?? []).flatMap((gpu, index): Finding[] => {
      const why = reasonOf(gpu);
      return why === null ? [] : [{
        subject: String(index),
        // `system.gpu` is the very card of `system.gpus`: two of a kind may have the same figures.
        severity: isSeen && gpu === system.gpu ? "error" : "warning",
        metric: `system.gpus.${index}.clock_mhz`,
        value: gpu.clock_mhz ?? 0,
        message: `GPU: ${gpu.name ?? "the card"} is ${why} and slows down${SINCE}. ${
          remedyFor(why)
        }`,
      }];
    });
  },
};

/** The first reason that tells most: the general one comes together with those of its kinds. */
function reasonOf({ throttle_reasons: reasons }: Gpu): string | null {
  for (const [reason, why] of REASONS) if (reasons?.includes(reason)) return why;
  return null;
}

function remedyFor(why: string): string {
  return why === "too hot"
    ? "Check its fans and the case's air flow, or cap the game's frame rate."
    : "Plug the laptop in, or check the card's power cables; cap the game's frame rate.";
}
