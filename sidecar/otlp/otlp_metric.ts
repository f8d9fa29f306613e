import type { Severity } from "../../shared/severity.ts";
import type { Telemetry } from "../../shared/telemetry.ts";

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
