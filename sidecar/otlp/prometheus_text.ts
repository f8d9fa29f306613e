/** Prometheus's text format, for those who scrape. */
import { type MetricName, prometheusLabel, prometheusName } from "./prometheus_name.ts";

/** A metric with the figures that it has now. */
export interface TextMetric extends MetricName {
  /** What it is, in one sentence. */
  description: string;
  points: readonly TextPoint[];
}

/** One figure. */
export interface TextPoint {
  attributes: Readonly<Record<string, string | number | boolean>>;
  value: number;
}

/** The format's media type (Prometheus, "Exposition formats", "Text-based format"). */
export const PROMETHEUS_TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Metrics in Prometheus's text format 0.0.4, named as they are after they came by OTLP. A metric
 * without a figure is left out.
 */
export function prometheusText(metrics: Iterable<TextMetric>): string {
  let text = "";
  for (const metric of metrics) {
    if (metric.points.length === 0) continue;
    const name = prometheusName(metric);
    text += `# HELP ${name} ${escapeHelp(metric.description)}\n`;
    text += `# TYPE ${name} ${metric.kind === "sum" ? "counter" : "gauge"}\n`;
    for (const point of metric.points) text += `${name}${labels(point)} ${number(point.value)}\n`;
  }
  return text;
}

function labels({ attributes }: TextPoint): string {
  const pairs = Object.entries(attributes).map(([name, value]) =>
    `${prometheusLabel(name)}="${escapeLabel(String(value))}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

/** A number as Go reads it. */
function number(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
