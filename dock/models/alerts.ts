import { COLLECTOR_NAMES, type CollectorName, type Telemetry } from "../../shared/telemetry.ts";
import { formatTimeOfDay } from "./format.ts";
import { severityTone, type Tone } from "./tone.ts";

/** One active alert. */
export interface AlertView {
  id: string;
  tone: Tone;
  severity: string;
  message: string;
  /** "since 21:14:05"; empty if that is not known. */
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

/** The active alerts, in the sidecar's order: worst first. */
export function alertViews({ health }: Telemetry): AlertView[] {
  return health.alerts.map(({ id, severity, message, since }) => ({
    id,
    tone: severityTone(severity),
    severity,
    message,
    since: since === null ? "" : `since ${formatTimeOfDay(since)}`,
  }));
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
