import type { Severity } from "../../shared/severity.ts";
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
 * The tone of a figure that the sidecar judges: its alerts alone decide, so that every part of the
 * dock and the overlay say the same. `idle` while the figure is not known.
 */
export function judgedTone(value: number | null, alerts: Tone): Tone {
  return worstTone(value === null ? "idle" : "good", alerts);
}
