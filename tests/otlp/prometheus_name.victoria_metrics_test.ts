import assert from "node:assert/strict";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import {
  AggregationTemporality,
  DataPointType,
  InstrumentType,
  type MetricData,
} from "@opentelemetry/sdk-metrics";
import { OTLP_METRICS } from "../../sidecar/otlp/otlp_metrics.ts";
import {
  type MetricName,
  prometheusLabel,
  prometheusName,
} from "../../sidecar/otlp/prometheus_name.ts";
import { APT, counterpartTest } from "../counterparts.ts";
import { startVictoriaMetrics } from "../peers/victoria_metrics.ts";

const AT_S = 1_790_000_000;

const UNITS = [
  ...["1", "%", "s", "ms", "us", "min", "h", "By", "MiBy", "GiBy", "Cel", "W", "Hz", "MHz"],
  ...["{frame}", "{frame}/s", "By/s", "bit/s", "kbit/s", "{reconnect}", ""],
];
const NAMES: MetricName[] = [
  ...UNITS.flatMap((unit, i) =>
    (["sum", "gauge"] as const).map((kind) => ({
      name: `unit.no${i}.${kind}`,
      unit,
      kind,
    }))
  ),
  { name: "frames.total", unit: "{frame}", kind: "sum" },
  { name: "total.late.frames", unit: "{frame}", kind: "sum" },
  { name: "share.ratio", unit: "1", kind: "gauge" },
  { name: "frame.render_time", unit: "ms", kind: "gauge" },
  { name: "disk.free.bytes", unit: "By", kind: "gauge" },
];
/** All that leaves this machine, and names and units that could be read otherwise. */
const ALL = [...OTLP_METRICS, ...NAMES];
const LABELS = ["streamer", "streamer_id", "obs.output.id", "hw.gpu.task", "system.memory.state"];

counterpartTest("names and labels are those that VictoriaMetrics gives", [APT], async () => {
  await using store = await startVictoriaMetrics();
  const request = ProtobufMetricsSerializer.serializeRequest({
    resource: resourceFromAttributes({}),
    scopeMetrics: [{ scope: { name: "test" }, metrics: ALL.map(metricData) }],
  });
  const response = await fetch(`${store.otlpUrl}/v1/metrics`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
    body: Uint8Array.from(request ?? []),
  });
  await response.body?.cancel();
  assert.equal(response.status, 200);
  await store.flush();
  const found = await store.series('{streamer="Mia"}');
  assert.deepEqual(
    found.map(({ __name__ }) => __name__).sort(),
    ALL.map(prometheusName).sort(),
  );
  const labels = [...LABELS.map(prometheusLabel), "__name__"];
  for (const series of found) {
    assert.deepEqual(labels.filter((label) => !(label in series)), [], JSON.stringify(series));
  }
});

/** A metric with one figure, as OpenTelemetry's SDK hands it to an exporter. */
function metricData({ name, unit, kind }: MetricName): MetricData {
  const time: [number, number] = [AT_S, 0];
  const attributes = Object.fromEntries(LABELS.map((label) => [label, "Mia"]));
  const dataPoints = [{ startTime: time, endTime: time, attributes, value: 1 }];
  const descriptor = {
    name,
    unit,
    description: "",
    type: kind === "sum" ? InstrumentType.COUNTER : InstrumentType.GAUGE,
    valueType: 1,
    advice: {},
  };
  const aggregationTemporality = AggregationTemporality.CUMULATIVE;
  return kind === "gauge"
    ? { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints }
    : {
      descriptor,
      aggregationTemporality,
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints,
    };
}
