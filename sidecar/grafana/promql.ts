/** Queries in PromQL, by the metrics' OpenTelemetry names. */
import { OTLP_METRICS } from "../otlp/otlp_metrics.ts";
import { prometheusName } from "../otlp/prometheus_name.ts";

const NAMES: ReadonlyMap<string, string> = new Map(
  OTLP_METRICS.map((metric) => [metric.name, prometheusName(metric)]),
);

/** Grafana's own: four times the interval between two points at least. */
const RATE_WINDOW = "$__rate_interval";

/**
 * The series of a metric whose labels match.
 * @throws if no metric has that name
 */
export function series(name: string, ...matchers: string[]): string {
  const found = NAMES.get(name);
  if (found === undefined) throw new Error(`There is no metric ${name} in sidecar/otlp`);
  const all = matchers.filter((matcher) => matcher !== "").join(",");
  return all === "" ? found : `${found}{${all}}`;
}

/** The three ways to lose frames, each with its own remedy. */
const LOSSES = {
  network: { lost: "obs.output.frames.dropped", of: "obs.output.frames" },
  gpu: { lost: "obs.render.frames.lagged", of: "obs.render.frames" },
  encoder: { lost: "obs.encoder.frames.skipped", of: "obs.encoder.frames" },
} as const;

/** Which part of the frames was lost to a cause, of late: one counter by another. */
export function loss(
  cause: keyof typeof LOSSES,
  { matchers = "", window = RATE_WINDOW }: { matchers?: string; window?: string } = {},
): string {
  const { lost, of } = LOSSES[cause];
  const grown = (name: string) => `increase(${series(name, matchers)}[${window}])`;
  return `${grown(lost)} / (${grown(of)} > 0)`;
}

/**
 * Only what happened in the chosen session. Without a choice all matches: the second metric has no
 * such label.
 */
export function during(expr: string): string {
  return onlyWhere(expr, "obs.session.active", `session=~"$session"`);
}

/** Only streamers who have an output for the chosen platform; without a choice all. */
export function onPlatform(expr: string): string {
  return onlyWhere(expr, "obs.output.active", `platform=~"$platform"`);
}

/**
 * One figure by another, for each machine. A sidecar that was updated has its old series beside its
 * new ones for minutes: each side is one figure all the same.
 */
export function perMachine(one: string, { by, other }: { by: "*" | "/"; other: string }): string {
  const only = (expr: string) => `max by (streamer, streamer_id) (${expr})`;
  return `${only(one)} ${by} ${only(other)}`;
}

function onlyWhere(expr: string, name: string, matcher: string): string {
  const names = `${series(name)}|${series("obs.connected")}`;
  return `(${expr}) and on (streamer_id) {__name__=~"${names}",${matcher}}`;
}
