import { OTLP_METRICS } from "../../sidecar/otlp/otlp_metrics.ts";
import { prometheusText } from "../../sidecar/otlp/prometheus_text.ts";
import type { Evening } from "./push_evening.ts";

/** Evenings in OpenMetrics with times: each series's figures together, in their order. */
export function openMetricsOf(evenings: readonly Evening[]): string {
  let text = "";
  for (const metric of OTLP_METRICS) {
    let type = "";
    const series = new Map<string, string>();
    for (const { streamer, fromS, toS, everyS, at } of evenings) {
      const whose = { streamer: streamer.name, streamer_id: streamer.id };
      for (let atS = fromS; atS <= toS; atS += everyS) {
        const points = metric.read(at(atS)).map(({ value, attributes }) => ({
          value,
          attributes: { ...whose, ...attributes },
        }));
        for (const line of prometheusText([{ ...metric, points }]).split("\n")) {
          // OpenMetrics names a counter without its `_total`.
          if (line.startsWith("# TYPE")) type = `${line.replace(/_total counter$/, " counter")}\n`;
          if (line === "" || line.startsWith("#")) continue;
          const key = line.slice(0, line.lastIndexOf(" "));
          series.set(key, `${series.get(key) ?? ""}${line} ${atS}\n`);
        }
      }
    }
    text += type + [...series.values()].join("");
  }
  return `${text}# EOF\n`;
}
