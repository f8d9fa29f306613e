/** Pushes what a streamer's sidecar would, all at once. */
import { ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import type { HistoryRow } from "../../sidecar/history/row.ts";
import {
  pointsOf,
  resourceOf,
  type Streamer,
  toResourceMetrics,
} from "../../sidecar/otlp/metric_points.ts";
import type { MetricSource } from "../../sidecar/otlp/otlp_metric.ts";

/** A span of an evening. */
export interface Evening {
  streamer: Streamer;
  /** Unix seconds of the first and the last point. */
  fromS: number;
  toS: number;
  everyS: number;
  /** What the sidecar saw at a moment. */
  at(atS: number): MetricSource;
}

/** The request's body, in protobuf. */
function eveningRequest({ streamer, fromS, toS, everyS, at }: Evening): Uint8Array {
  const points = [];
  for (let atS = fromS; atS <= toS; atS += everyS) {
    const source = at(atS);
    const { obs, system, network, health } = source;
    const row: HistoryRow = {
      ...{ id: atS, written_at_ms: atS * 1000, obs, system, network, health },
      ranges: new Map(),
    };
    const position = { rowId: atS, pickedMs: atS * 1000, counters: {} };
    points.push(...pointsOf({ row, position }, { source, streamer }));
  }
  const metrics = toResourceMetrics(points, resourceOf(streamer));
  return ProtobufMetricsSerializer.serializeRequest(metrics) ?? new Uint8Array();
}

/** Sends the evening. @throws if the backend does not take it */
export async function pushEvening(otlpUrl: string, evening: Evening): Promise<void> {
  const response = await fetch(`${otlpUrl}/v1/metrics`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
    body: Uint8Array.from(eveningRequest(evening)),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The backend refuses the evening: ${response.status} ${text}`);
}
