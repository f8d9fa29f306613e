/**
 * The metrics that leave this machine, in one table: what is pushed over OTLP and what `/metrics`
 * answers are made from it. Names and units follow OpenTelemetry's semantic conventions where those
 * have a metric ("System metrics", "Hardware: GPU"); the others begin with `obs.`. Units are UCUM.
 */
import type { OtlpMetric } from "./otlp_metric.ts";
import { OBS_METRICS } from "./otlp_metrics_obs.ts";
import { OUTPUT_METRICS } from "./otlp_metrics_outputs.ts";
import { SYSTEM_METRICS } from "./otlp_metrics_system.ts";

/** Every metric. */
export const OTLP_METRICS: readonly OtlpMetric[] = [
  ...OBS_METRICS,
  ...OUTPUT_METRICS,
  ...SYSTEM_METRICS,
];
