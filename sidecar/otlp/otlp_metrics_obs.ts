/** Metrics of OBS as a whole, and of the verdict on it. */
import { SEVERITIES } from "../../shared/severity.ts";
import { BYTES_PER_MIB, flag, type Known, one } from "./metric_values.ts";
import type { MetricSource, OtlpMetric } from "./otlp_metric.ts";

/** The verdict as a number; an unknown one has none. */
const HEALTH = { healthy: 0, warning: 1, critical: 2, unknown: null } as const;

/** Metrics of OBS as a whole, and the verdict. */
export const OBS_METRICS: readonly OtlpMetric[] = [
  state("obs.connected", {
    description: "1 while the sidecar is connected to OBS.",
    of: ({ obs }) => flag(obs.connected),
  }),
  state("obs.streaming", {
    description: "1 while OBS streams.",
    of: ({ obs }) => flag(obs.streaming),
  }),
  state("obs.recording", {
    description: "1 while OBS records.",
    of: ({ obs }) => flag(obs.recording),
  }),
  state("obs.health.status", {
    description: "The verdict: 0 healthy, 1 warning, 2 critical.",
    of: ({ health }) => HEALTH[health.overall],
  }),
  {
    name: "obs.alerts.firing",
    unit: "{alert}",
    kind: "gauge",
    isWhole: true,
    description: "Alerts that fire, by severity.",
    read: ({ firing }) =>
      firing === null ? [] : SEVERITIES.map((severity) => ({
        value: firing[severity],
        attributes: { severity },
        origin: "",
      })),
  },
  {
    name: "obs.session.active",
    unit: "",
    kind: "gauge",
    isWhole: true,
    description: "1 while a session is live; session is when it began.",
    read: ({ sessionStartMs }) =>
      sessionStartMs === null ? [] : [{
        value: 1,
        attributes: { session: new Date(sessionStartMs).toISOString().slice(0, 19) + "Z" },
        origin: "",
      }],
  },
  gauge("obs.fps", {
    unit: "{frame}/s",
    description: "Frames a second that OBS renders.",
    of: ({ obs }) => obs.active_fps,
  }),
  gauge("obs.fps.target", {
    unit: "{frame}/s",
    description: "Frames a second that OBS is set to.",
    of: ({ obs }) => obs.target_fps,
  }),
  frames("obs.render.frames", {
    description: "Frames that OBS rendered.",
    of: ({ obs }) => obs.render_total_frames,
  }),
  frames("obs.render.frames.lagged", {
    description: "Frames that the GPU was too busy to render in time.",
    of: ({ obs }) => obs.render_lagged_frames,
  }),
  frames("obs.encoder.frames", {
    description: "Frames that went to the encoder.",
    of: ({ obs }) => obs.encoder_total_frames,
  }),
  frames("obs.encoder.frames.skipped", {
    description: "Frames that the encoder was too busy to take.",
    of: ({ obs }) => obs.encoder_skipped_frames,
  }),
  gauge("obs.frame.render_time", {
    unit: "s",
    description: "Mean time to render one frame.",
    of: ({ obs }) => obs.render_time_ms,
    factor: 0.001,
  }),
  gauge("obs.cpu.utilization", {
    unit: "1",
    description: "Share of the whole machine's CPU that OBS uses.",
    of: ({ obs }) => obs.cpu_percent,
    factor: 0.01,
  }),
  gauge("obs.memory.usage", {
    unit: "By",
    description: "Memory that OBS uses.",
    of: ({ obs }) => obs.memory_mb,
    factor: BYTES_PER_MIB,
  }),
  gauge("obs.record.time_left", {
    unit: "s",
    description: "Time until the recording's volume is full.",
    of: ({ system }) => system.record_minutes_left,
    factor: 60,
  }),
  gauge("obs.ingest.latency", {
    unit: "s",
    description: "Round trip to the ingest that OBS streams to (TCP connect).",
    of: ({ network }) => network.latency_ms,
    factor: 0.001,
  }),
  gauge("obs.upload.capacity", {
    unit: "bit/s",
    description: "Sustained upload that the last bandwidth test found.",
    of: ({ network }) => network.upload_capacity_mbps,
    factor: 1_000_000,
  }),
];

interface Described {
  description: string;
  of(source: MetricSource): Known;
}

function state(name: string, { description, of }: Described): OtlpMetric {
  const read = (source: MetricSource) => one(of(source));
  return { name, unit: "", kind: "gauge", isWhole: true, description, read };
}

function frames(name: string, { description, of }: Described): OtlpMetric {
  const read = (source: MetricSource) => one(of(source));
  return { name, unit: "{frame}", kind: "sum", isWhole: true, description, read };
}

function gauge(
  name: string,
  { unit, description, of, factor = 1 }: Described & { unit: string; factor?: number },
): OtlpMetric {
  const read = (source: MetricSource) => one(of(source), { factor });
  return { name, unit, kind: "gauge", isWhole: false, description, read };
}
