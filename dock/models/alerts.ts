import type { Alert } from "../../shared/alert.ts";
import { COLLECTOR_NAMES, type CollectorName } from "../../shared/collector_names.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { EndedAlert } from "./alert_log.ts";
import { formatSpan, formatTimeOfDay } from "./format.ts";
import { severityTone, type Tone } from "./tone.ts";
import { withoutSince } from "./without_since.ts";

/** One alert, active or over. */
export interface AlertView {
  key: string;
  tone: Tone;
  severity: string;
  message: string;
  isOver: boolean;
  /** "21:14:05, for 40 s"; empty if that is not known. */
  since: string;
}

/** A set of figures that cannot be read, and why. */
export interface ProblemView {
  name: CollectorName;
  label: string;
  error: string;
}

const LABELS: Record<CollectorName, string> = {
  obs: "OBS",
  system: "System",
  network: "Network",
  gpu: "GPU",
};

/** The active alerts, worst first as the sidecar has them; then those that are over. */
export function alertViews(
  { health, written_at_ms: nowMs }: Telemetry,
  ended: readonly EndedAlert[],
): AlertView[] {
  return [
    ...health.alerts.map((alert) => alertView(alert, { untilMs: nowMs, isOver: false })),
    ...ended.map(({ alert, endedAt }) => alertView(alert, { untilMs: endedAt, isOver: true })),
  ];
}

function alertView(
  { id, severity, message, since }: Alert,
  { untilMs, isOver }: { untilMs: number; isOver: boolean },
): AlertView {
  return {
    key: `${id} ${since} ${isOver ? untilMs : ""}`,
    tone: isOver ? "idle" : severityTone(severity),
    severity: isOver ? `${severity}, over` : severity,
    message: since === null ? message : withoutSince(message),
    isOver,
    since: since === null
      ? ""
      : `${formatTimeOfDay(since)}, for ${formatSpan((untilMs - since) / 1000)}`,
  };
}

/** Which figures cannot be read now. */
export function problemViews({ health }: Telemetry): ProblemView[] {
  return COLLECTOR_NAMES
    .filter((name) => !health.collectors[name].ok)
    .map((name) => ({
      name,
      label: LABELS[name],
      error: health.collectors[name].error ?? "No reason was given.",
    }));
}
