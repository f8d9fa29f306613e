/** Names as Prometheus and its kin store metrics that come by OTLP. */
import type { OtlpMetric } from "./otlp_metric.ts";

/** What decides on a metric's name. */
export type MetricName = Pick<OtlpMetric, "name" | "unit" | "kind">;

/**
 * Words for units (OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility",
 * "Metric Metadata"; the list is that of Prometheus's otlptranslator).
 */
const UNITS: Readonly<Record<string, string>> = {
  d: "days",
  h: "hours",
  min: "minutes",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  By: "bytes",
  KiBy: "kibibytes",
  MiBy: "mebibytes",
  GiBy: "gibibytes",
  Cel: "celsius",
  Hz: "hertz",
  W: "watts",
  J: "joules",
  V: "volts",
  "%": "percent",
  "1": "",
};

/** Words for what a figure is per. */
const PER: Readonly<Record<string, string>> = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
};

/**
 * The name that a metric has in Prometheus, Mimir and VictoriaMetrics (the latter with
 * `-opentelemetry.usePrometheusNaming`) after it came by OTLP: dots are underscores, the unit
 * stands behind the name, `_total` behind a sum and `_ratio` behind a gauge without a unit.
 */
export function prometheusName({ name, unit, kind }: MetricName): string {
  const words = wordsOf(name);
  for (const word of unitWords(unit)) if (!words.includes(word)) words.push(word);
  if (kind === "sum") moveToEnd(words, "total");
  if (kind === "gauge" && unit === "1") moveToEnd(words, "ratio");
  return words.join("_");
}

/** The name that an attribute has as a label. Neither begins with a digit here. */
export function prometheusLabel(attribute: string): string {
  return attribute.replaceAll(/[^A-Za-z0-9_]/g, "_");
}

/** The words of a unit; none of one that only says what is counted: `{frame}`. */
function unitWords(unit: string): string[] {
  const [main = "", per = ""] = unit.split("/", 2).map((part) => part.replaceAll(/\{.*?\}/g, ""));
  const words = wordsOf(UNITS[main] ?? main);
  const perWords = wordsOf(PER[per] ?? per);
  return perWords.length === 0 ? words : [...words, "per", ...perWords];
}

function wordsOf(text: string): string[] {
  return text.split(/[^A-Za-z0-9:]+/).filter((word) => word !== "");
}

function moveToEnd(words: string[], word: string): void {
  const at = words.indexOf(word);
  if (at !== -1) words.splice(at, 1);
  words.push(word);
}
