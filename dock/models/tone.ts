import type { Severity } from "../../shared/alert.ts";
import type { Telemetry } from "../../shared/telemetry.ts";

/** How a figure fares, for its colour. `idle`: there is nothing to judge. */
export type Tone = "idle" | "good" | "warning" | "bad";

const ORDER: readonly Tone[] = ["idle", "good", "warning", "bad"];

/** The worst of some tones; `idle` if there are none. */
export function worstTone(...tones: Tone[]): Tone {
  return tones.reduce((a, b) => ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b, "idle");
}

/** The tone of an alert. */
export function severityTone(severity: Severity): Tone {
  if (severity === "info") return "idle";
  return severity === "warning" ? "warning" : "bad";
}

/** The worst tone of the active alerts about the figures that `matches` picks. */
export function alertTone(telemetry: Telemetry, matches: (metric: string) => boolean): Tone {
  return worstTone(
    ...telemetry.health.alerts
      .filter(({ metric }) => metric !== null && matches(metric))
      .map(({ severity }) => severityTone(severity)),
  );
}

/**
 * Percent of lost frames from which OBS's own Stats dock is yellow, and red
 * (obs-studio, frontend/widgets/OBSBasicStats.cpp).
 */
const LOSS_WARNING_PERCENT = 1;
const LOSS_BAD_PERCENT = 5;

/** The tone of a share of lost frames. */
export function lossTone(percent: number | null): Tone {
  if (percent === null) return "idle";
  if (percent > LOSS_BAD_PERCENT) return "bad";
  return percent > LOSS_WARNING_PERCENT ? "warning" : "good";
}
