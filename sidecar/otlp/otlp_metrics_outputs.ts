/** Metrics of each output of OBS. */
import type { Output } from "../../shared/telemetry.ts";
import { flag, type Known, one } from "./metric_values.ts";
import type { MetricAttributes, MetricSource, OtlpMetric } from "./otlp_metric.ts";

/** Metrics of each of OBS's outputs. */
export const OUTPUT_METRICS: readonly OtlpMetric[] = [
  ofOutputs("obs.output.active", {
    ...{ unit: "", kind: "gauge", isWhole: true },
    description: "1 while the output runs.",
    of: ({ active }) => flag(active),
  }),
  ofOutputs("obs.output.reconnecting", {
    ...{ unit: "", kind: "gauge", isWhole: true },
    description: "1 while the output tries to get its connection back.",
    of: ({ reconnecting }) => flag(reconnecting),
  }),
  ofOutputs("obs.output.frames", {
    ...{ unit: "{frame}", kind: "sum", isWhole: true },
    description: "Frames of the output, dropped ones included.",
    of: (output) => output.total_frames,
  }),
  ofOutputs("obs.output.frames.dropped", {
    ...{ unit: "{frame}", kind: "sum", isWhole: true },
    description: "Frames that the network could not take.",
    of: (output) => output.dropped_frames,
  }),
  ofOutputs("obs.output.io", {
    ...{ unit: "By", kind: "sum", isWhole: true },
    description: "Bytes that the output sent or wrote.",
    of: (output) => output.total_bytes,
  }),
  ofOutputs("obs.output.reconnects", {
    ...{ unit: "{reconnect}", kind: "sum", isWhole: true },
    description: "Times that the output lost its connection.",
    of: ({ reconnects }) => reconnects,
  }),
  ofOutputs("obs.output.downtime", {
    ...{ unit: "s", kind: "sum", isWhole: false },
    description: "Time that the output spent reconnecting.",
    of: (output) => output.downtime_s,
  }),
  ofOutputs("obs.output.bitrate", {
    ...{ unit: "bit/s", kind: "gauge", isWhole: false },
    description: "What the output sends.",
    of: (output) => output.bitrate_kbps,
    factor: 1000,
  }),
  ofOutputs("obs.output.bitrate.target", {
    ...{ unit: "bit/s", kind: "gauge", isWhole: false },
    description: "Video bitrate that OBS is set to.",
    of: (output) => output.target_bitrate_kbps,
    factor: 1000,
  }),
  ofOutputs("obs.output.fps", {
    ...{ unit: "{frame}/s", kind: "gauge", isWhole: false },
    description: "Frames a second that reach the output.",
    of: ({ fps }) => fps,
  }),
  ofOutputs("obs.output.congestion", {
    ...{ unit: "1", kind: "gauge", isWhole: false },
    description: "How full the output's send queue is.",
    of: ({ congestion }) => congestion,
  }),
  ofOutputs("obs.output.encoding_latency", {
    ...{ unit: "s", kind: "gauge", isWhole: false },
    description: "Latency of OBS's own encoder session on the GPU.",
    of: (output) => output.encoding_lag_ms,
    factor: 0.001,
  }),
  ofOutputs("obs.output.uptime", {
    ...{ unit: "s", kind: "gauge", isWhole: false },
    description: "Time since the output began to run.",
    of: (output) => output.uptime_s,
  }),
];

interface OfOutputs extends Pick<OtlpMetric, "unit" | "kind" | "isWhole" | "description"> {
  of(output: Output): Known;
  factor?: number;
}

function ofOutputs(name: string, { of, factor = 1, ...rest }: OfOutputs): OtlpMetric {
  const read = ({ obs }: MetricSource) =>
    (obs.outputs ?? []).flatMap((output) =>
      one(of(output), { factor, attributes: attributesOf(output), origin: output.id })
    );
  return { name, ...rest, read };
}

function attributesOf({ id, name, kind, platform }: Output): MetricAttributes {
  return {
    output: id,
    output_name: name,
    output_kind: kind,
    ...(platform === null ? {} : { platform }),
  };
}
