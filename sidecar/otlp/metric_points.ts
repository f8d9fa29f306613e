/** Makes what OpenTelemetry's exporter takes from rows of the history. */
import type { Attributes, HrTime } from "@opentelemetry/api";
import { ValueType } from "@opentelemetry/api";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from "@opentelemetry/sdk-metrics";
import { VERSION } from "../version.ts";
import type { Moment } from "./moments.ts";
import { OTLP_METRICS } from "./otlp_metrics.ts";
import type { MetricSource, OtlpMetric } from "./otlp_metric.ts";

/** Whose figures they are. */
export interface Streamer {
  /** As a person knows them. */
  name: string;
  /** Random, and the same for ever. */
  id: string;
  hostName: string;
  /** Deno's names are those of OpenTelemetry's conventions ("os.type"). */
  os: typeof Deno.build.os;
}

/** A value of a metric at a moment. */
export interface MetricPoint {
  metric: OtlpMetric;
  point: DataPoint<number>;
}

const SCOPE = { name: "obs-telemetry-bridge", version: VERSION };

/** What the figures are about. */
export function resourceOf({ id, hostName, os }: Streamer): Resource {
  return resourceFromAttributes({
    "service.name": SCOPE.name,
    "service.namespace": "obs",
    "service.version": VERSION,
    "service.instance.id": id,
    "host.name": hostName,
    "os.type": os,
    "deployment.environment.name": "production",
  });
}

/** Every value of a moment. Who streams is in the attributes: backends drop much of a resource. */
export function pointsOf(
  { row, position }: Moment,
  { source, streamer }: { source: MetricSource; streamer: Streamer },
): MetricPoint[] {
  const endTime = toHrTime(row.written_at_ms);
  const whose = { streamer: streamer.name, streamer_id: streamer.id };
  return OTLP_METRICS.flatMap((metric) =>
    metric.read(source).map(({ value, attributes, origin }) => {
      const startMs = metric.kind === "sum" ? position.counters[origin]?.startMs : undefined;
      const startTime = startMs === undefined ? endTime : toHrTime(startMs);
      const all: Attributes = { ...whose, ...attributes };
      return { metric, point: { startTime, endTime, attributes: all, value } };
    })
  );
}

/** Points as one request, each metric once. */
export function toResourceMetrics(
  points: readonly MetricPoint[],
  resource: Resource,
): ResourceMetrics {
  const byMetric = new Map<OtlpMetric, DataPoint<number>[]>();
  for (const { metric, point } of points) {
    const known = byMetric.get(metric);
    if (known === undefined) byMetric.set(metric, [point]);
    else known.push(point);
  }
  const metrics = Array.from(byMetric, ([metric, dataPoints]) => toMetricData(metric, dataPoints));
  return { resource, scopeMetrics: [{ scope: SCOPE, metrics }] };
}

function toMetricData(metric: OtlpMetric, dataPoints: DataPoint<number>[]): MetricData {
  const { name, unit, description, isWhole, kind } = metric;
  const common = {
    descriptor: { name, unit, description, valueType: isWhole ? ValueType.INT : ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints,
  };
  return kind === "sum"
    ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true }
    : { ...common, dataPointType: DataPointType.GAUGE };
}

function toHrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1_000_000)];
}
