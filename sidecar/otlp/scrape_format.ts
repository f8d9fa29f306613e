import { SEVERITIES } from "../../shared/severity.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Streamer } from "./metric_points.ts";
import { type MetricSource, OTLP_METRICS } from "./otlp_metrics.ts";
import { PROMETHEUS_TEXT_TYPE, prometheusText } from "./prometheus_text.ts";

/** What the format needs beside a snapshot. */
export interface ScrapeFormatOptions {
  streamer: () => Pick<Streamer, "name" | "id">;
  /** When the session began that is live now, Unix milliseconds; null without one. */
  sessionStartMs: () => number | null;
}

/** Makes of a snapshot what Prometheus scrapes: the metrics that are pushed, labels and all. */
export function createScrapeFormat({ streamer, sessionStartMs }: ScrapeFormatOptions) {
  return {
    type: PROMETHEUS_TEXT_TYPE,
    text(telemetry: Telemetry): string {
      const { name, id } = streamer();
      const whose = { streamer: name, streamer_id: id };
      const source: MetricSource = {
        ...telemetry,
        firing: firingIn(telemetry),
        sessionStartMs: sessionStartMs(),
      };
      return prometheusText(OTLP_METRICS.map((metric) => ({
        ...metric,
        points: metric.read(source).map(({ value, attributes }) => ({
          value,
          attributes: { ...whose, ...attributes },
        })),
      })));
    },
  };
}

/** How many alerts fire, by severity. */
function firingIn({ health: { alerts } }: Telemetry): MetricSource["firing"] {
  const count = { info: 0, warning: 0, error: 0, critical: 0 };
  for (const severity of SEVERITIES) {
    count[severity] = alerts.filter((alert) => alert.severity === severity).length;
  }
  return count;
}
