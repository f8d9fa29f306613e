import { SEVERITIES } from "../../shared/severity.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Database } from "../history/database.ts";
import type { Streamer } from "./metric_points.ts";
import { momentContext } from "./moment_context.ts";
import { OTLP_METRICS } from "./otlp_metrics.ts";
import type { MetricSource } from "./otlp_metric.ts";
import { PROMETHEUS_TEXT_TYPE, prometheusText } from "./prometheus_text.ts";

/** What the format needs beside a snapshot. */
export interface ScrapeFormatOptions {
  streamer: () => Pick<Streamer, "name" | "id">;
  /** The history, which knows the session that is live. */
  database: Database;
}

/** Makes of a snapshot what Prometheus scrapes: the metrics that are pushed, labels and all. */
export function createScrapeFormat({ streamer, database }: ScrapeFormatOptions) {
  return {
    type: PROMETHEUS_TEXT_TYPE,
    text(telemetry: Telemetry): string {
      const { name, id } = streamer();
      const whose = { streamer: name, streamer_id: id };
      const source: MetricSource = {
        ...telemetry,
        firing: firingIn(telemetry),
        sessionStartMs: sessionStart(database, telemetry.written_at_ms),
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

/** When the session began that is live; null if none is, or the history cannot be read now. */
function sessionStart(database: Database, atMs: number): number | null {
  try {
    return momentContext(database, atMs).sessionStartMs;
  } catch {
    // Its own notice tells what is wrong with the history; the figures are there all the same.
    return null;
  }
}

/** How many alerts fire, by severity. */
function firingIn({ health: { alerts } }: Telemetry): MetricSource["firing"] {
  const count = { info: 0, warning: 0, error: 0, critical: 0 };
  for (const severity of SEVERITIES) {
    count[severity] = alerts.filter((alert) => alert.severity === severity).length;
  }
  return count;
}
