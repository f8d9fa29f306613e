/**
 * The metrics that leave this machine, in one table: what is pushed over OTLP and what `/metrics`
 * answers are made from it. Names and units follow OpenTelemetry's semantic conventions where those
 * have a metric ("System metrics", "Hardware: GPU"); the others begin with `obs.`. Units are UCUM.
 */
import type { Severity } from "../../shared/severity.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { OBS_METRICS } from "./otlp_metrics_obs.ts";
import { OUTPUT_METRICS } from "./otlp_metrics_outputs.ts";
import { SYSTEM_METRICS } from "./otlp_metrics_system.ts";

/** What metrics are read from: a row of the history or the latest snapshot, and what goes with it. */
export interface MetricSource {
  obs: Telemetry["obs"];
  system: Telemetry["system"];
  network: Telemetry["network"];
  health: Pick<Telemetry["health"], "overall">;
  /** Alerts that fired at that moment; null where that is not known. */
  firing: Readonly<Record<Severity, number>> | null;
  /** When the session began that was live at that moment, Unix milliseconds; null without one. */
  sessionStartMs: number | null;
}

/** Attributes of a point, beside `streamer` and `streamer_id`, which every point has. */
export type MetricAttributes = Readonly<Record<string, string>>;

/** One value of a metric. */
export interface MetricReading {
  value: number;
  attributes: MetricAttributes;
  /**
   * Counters that share it begin anew together: those of OBS (`""`), those of each output (its id),
   * and each of the network's.
   */
  origin: string;
}

/** A metric: what it is called and where its values come from. */
export interface OtlpMetric {
  name: string;
  /** UCUM; empty for flags and states, which have none. */
  unit: string;
  /** A `sum` only goes up until it begins anew; a `gauge` goes both ways. */
  kind: "sum" | "gauge";
  /** Whether its values are whole numbers. */
  isWhole: boolean;
  description: string;
  /** Its values; none where nothing is known. */
  read(source: MetricSource): readonly MetricReading[];
}

/** Every metric. */
export const OTLP_METRICS: readonly OtlpMetric[] = [
  ...OBS_METRICS,
  ...OUTPUT_METRICS,
  ...SYSTEM_METRICS,
];
