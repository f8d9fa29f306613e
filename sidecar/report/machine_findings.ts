/** What the PC ran short of. By itself it costs no frame, so it is told mildly. */
import type { ReportFinding } from "../../shared/report.ts";
import type { Evidence } from "./evidence.ts";
import { HOT_CELSIUS } from "./picture_findings.ts";
import { badRuns, clusters, type Span } from "./spans.ts";
import type { Detector } from "./trouble.ts";
import { decimal, percentWords, spanWords } from "./words.ts";

const DISK = "system.disk_free_gb";
const CPU = "system.cpu_usage_percent";
const TEMPERATURE = "system.gpu.temperature_celsius";

/** GiB that are left: OBS's own limits. */
const DISK_FREE_GB = { warning: 5, error: 1 } as const;

/** Percent of the processor's time from where on little is left for OBS. */
const FULL_CPU = 95;

/** Less is nothing: programs start. */
const LEAST_MS = 60_000;

/** Finds a disk that filled up. */
export const findFullDisk: Detector = (evidence, formatTime) => {
  const points = evidence.points(DISK);
  const atFirst = points[0]?.[2] ?? null;
  return clusters(
    badRuns(points, ([, min]) => min < DISK_FREE_GB.warning, { stepMs: evidence.stepMs }),
  ).map((cluster): ReportFinding => {
    const span = evidence.within(cluster);
    const least = evidence.over(DISK, span)?.min ?? 0;
    const fell = atFirst !== null && atFirst > DISK_FREE_GB.warning
      ? ` It was ${decimal(atFirst, 1)} GB at the begin.`
      : "";
    return {
      cause: "disk",
      severity: least < DISK_FREE_GB.error ? "error" : "warning",
      ...span,
      text: `${spanWords(span, formatTime)}: Only ${decimal(least, 1)} GB were left where OBS ` +
        `records.${fell}`,
      remedy: "Free some space before the next stream, or record to another disk.",
      metrics: [DISK],
    };
  });
};

/** Finds a processor that was busy for long. */
export const findBusyCpu: Detector = (evidence, formatTime) =>
  longRuns(evidence, CPU, FULL_CPU).map((span): ReportFinding => ({
    cause: "cpu",
    severity: "info",
    ...span,
    text: `${spanWords(span, formatTime)}: The processor was ` +
      `${percentWords(evidence.over(CPU, span)?.mean ?? FULL_CPU)} busy.`,
    remedy: "Close programs that you do not need, or use a hardware encoder.",
    metrics: [CPU],
  }));

/** Finds a graphics card that was hot for long. */
export const findHotGpu: Detector = (evidence, formatTime) =>
  longRuns(evidence, TEMPERATURE, HOT_CELSIUS).map((span): ReportFinding => ({
    cause: "gpu",
    severity: "info",
    ...span,
    text: `${spanWords(span, formatTime)}: The graphics card was at up to ` +
      `${(evidence.over(TEMPERATURE, span)?.max ?? HOT_CELSIUS).toFixed(0)} °C. It may slow down.`,
    remedy: "Clean the card's fans and mend the case's air flow.",
    metrics: [TEMPERATURE],
  }));

function longRuns(evidence: Evidence, metric: string, limit: number): Span[] {
  const options = { stepMs: evidence.stepMs, atLeastMs: LEAST_MS };
  return clusters(badRuns(evidence.points(metric), ([, , mean]) => mean >= limit, options))
    .map((cluster) => evidence.within(cluster));
}
