/**
 * One snapshot of everything: the shape of bridge.json, of `GET /api/v1/telemetry` and of the
 * `telemetry` events. Every figure may be null, which means unknown; it is never a made-up 0.
 */
import * as v from "valibot";
import { AlertSchema } from "./alert.ts";

/** Version of the snapshot's shape. */
export const TELEMETRY_VERSION = "1.1.0";

/** What an OBS output is for. */
export const OUTPUT_KINDS = ["stream", "record", "replay", "virtualcam", "other"] as const;

/** The snapshot's one-word verdict. */
export const HEALTH_LEVELS = ["healthy", "warning", "critical", "unknown"] as const;

const finite = v.pipe(v.number(), v.finite());
const positive = v.pipe(finite, v.minValue(0));
const count = v.pipe(positive, v.integer());
const share = v.pipe(positive, v.maxValue(100));

const number = v.nullable(positive);
const total = v.nullable(count);
const percent = v.nullable(share);
const text = v.nullable(v.string());
const flag = v.nullable(v.boolean());

/** One graphics card. Sizes in MiB. */
export const GpuSchema = v.object({
  name: text,
  /** `nvidia`, `amd`, `intel` or `apple`. */
  vendor: text,
  utilization_percent: percent,
  temperature_celsius: v.nullable(finite),
  vram_used_mb: number,
  vram_total_mb: number,
  encoder_utilization_percent: percent,
  decoder_utilization_percent: percent,
  power_watts: number,
  /** Share of the fan's intended top speed; drivers report more than 100 at times. */
  fan_percent: number,
  /** Graphics clock in MHz. */
  clock_mhz: number,
  /** Why the clock is held down now, as words; empty when nothing holds it down. */
  throttle_reasons: v.nullable(v.array(v.string())),
  driver_version: text,
  /** Encoder sessions of all programs on this card. */
  encoder_sessions: total,
  /** Mean latency of the card's encoder sessions in microseconds. */
  encoder_latency_us: number,
});

/** One OBS output that is or was active. */
export const OutputSchema = v.object({
  /** OBS's own `outputName`. */
  id: v.string(),
  /** What a person reads: the platform, or the kind of output. */
  name: v.string(),
  kind: v.picklist(OUTPUT_KINDS),
  /** `twitch`, `youtube`, `kick` …; null if the output has none or it is not known. */
  platform: text,
  active: flag,
  reconnecting: flag,
  /** Times the output lost its connection in this session. */
  reconnects: total,
  /** Seconds of this session spent reconnecting. */
  downtime_s: number,
  /** Frames the network could not take; null where the output's protocol does not tell. */
  dropped_frames: total,
  total_frames: total,
  /** Bytes of this session, across reconnects. */
  total_bytes: total,
  drop_percentage: percent,
  /** The same share over the last 60 s. */
  recent_drop_percentage: percent,
  bitrate_kbps: number,
  /** Video bitrate that the user configured; null if it cannot be known. */
  target_bitrate_kbps: number,
  /** Frames a second that reach the output. */
  fps: number,
  /** Latency of OBS's own NVENC session; null without one. */
  encoding_lag_ms: number,
  /** 0 to 1: how full the send queue is; null where the output's protocol does not tell. */
  congestion: v.nullable(v.pipe(positive, v.maxValue(1))),
  /** Seconds since the output became active, by the sidecar's own clock. */
  uptime_s: number,
  /** Whether the recording is paused; null where OBS does not tell, as of plugins' recordings. */
  paused: flag,
});

/** The whole machine. Sizes in GiB. */
export const SystemSchema = v.object({
  cpu_usage_percent: percent,
  memory_used_gb: number,
  memory_total_gb: number,
  /** Free space of the volume that OBS records to. */
  disk_free_gb: number,
  /** Minutes until that volume is full, at the mean record bitrate of the last 30 s. */
  record_minutes_left: number,
  /** The card that OBS encodes on, else the first; null without one. */
  gpu: v.nullable(GpuSchema),
  gpus: v.nullable(v.array(GpuSchema)),
});

/** OBS and its outputs. */
export const ObsSchema = v.object({
  connected: flag,
  streaming: flag,
  recording: flag,
  outputs: v.nullable(v.array(OutputSchema)),
  /** Network outputs together: frames the network could not take. */
  total_dropped_frames: total,
  total_frames: total,
  overall_drop_percentage: percent,
  recent_drop_percentage: percent,
  active_fps: number,
  target_fps: number,
  /** Frames the GPU was too busy to render in time. */
  render_lagged_frames: total,
  render_total_frames: total,
  recent_render_lagged_percentage: percent,
  /** Frames the encoder was too busy to take. */
  encoder_skipped_frames: total,
  encoder_total_frames: total,
  recent_encoder_skipped_percentage: percent,
  /** Mean time to render one frame. */
  render_time_ms: number,
  scene: text,
  /** CPU that OBS itself uses, percent of the whole machine. */
  cpu_percent: number,
  /** Memory that OBS itself uses, MiB. */
  memory_mb: number,
  /** OBS's version. */
  version: text,
  /** Whether OBS runs on the sidecar's own machine; null while not connected. */
  local: flag,
  /**
   * Seconds for which nothing was heard on the streamed track; 0 while there is sound. Null while
   * nothing is streamed, and where it is not known.
   */
  silent_s: number,
  /** Inputs that would be heard on that track, while none of them is; else empty. */
  silent_inputs: v.nullable(v.array(v.string())),
});

/** The machine's network. */
export const NetworkSchema = v.object({
  upload_speed_mbps: number,
  download_speed_mbps: number,
  /** Bytes that went through the interfaces since the sidecar began to look. */
  sent_bytes: total,
  received_bytes: total,
  /** Round trip to the active ingest, TCP connect; null when nothing streams. */
  latency_ms: number,
  /** Sustained upload found by the last bandwidth test, with the age of that test. */
  upload_capacity_mbps: number,
  upload_capacity_age_s: number,
});

/** How one collector fares. */
export const CollectorHealthSchema = v.object({
  ok: v.boolean(),
  /** Age of the collector's figures; null before the first. */
  age_ms: v.nullable(count),
  /** What went wrong and what to do; null while ok. */
  error: text,
});

/** The verdict. */
export const HealthSchema = v.object({
  overall: v.picklist(HEALTH_LEVELS),
  alerts: v.array(AlertSchema),
  collectors: v.object({
    obs: CollectorHealthSchema,
    system: CollectorHealthSchema,
    network: CollectorHealthSchema,
    gpu: CollectorHealthSchema,
  }),
});

/** One snapshot. */
export const TelemetrySchema = v.object({
  version: v.literal(TELEMETRY_VERSION),
  /** Unix seconds. */
  timestamp: count,
  /** Goes up by one with every snapshot; standing still means the sidecar is gone. */
  sequence: count,
  /** Unix milliseconds. */
  written_at_ms: count,
  system: SystemSchema,
  obs: ObsSchema,
  network: NetworkSchema,
  health: HealthSchema,
});

/** What an OBS output is for. */
export type OutputKind = (typeof OUTPUT_KINDS)[number];

/** The snapshot's one-word verdict. */
export type HealthLevel = (typeof HEALTH_LEVELS)[number];

/** A graphics card. */
export type Gpu = v.InferOutput<typeof GpuSchema>;

/** One of OBS's outputs. */
export type Output = v.InferOutput<typeof OutputSchema>;

/** The PC's figures. */
export type SystemTelemetry = v.InferOutput<typeof SystemSchema>;

/** OBS's figures. */
export type ObsTelemetry = v.InferOutput<typeof ObsSchema>;

/** The network's figures. */
export type NetworkTelemetry = v.InferOutput<typeof NetworkSchema>;

/** How a collector fared at its last reading. */
export type CollectorHealth = v.InferOutput<typeof CollectorHealthSchema>;

/** What was judged, and how the collectors fare. */
export type Health = v.InferOutput<typeof HealthSchema>;

/** A snapshot: what bridge.json holds. */
export type Telemetry = v.InferOutput<typeof TelemetrySchema>;

/** The machine's figures when none is known. */
export const UNKNOWN_SYSTEM: SystemTelemetry = {
  cpu_usage_percent: null,
  memory_used_gb: null,
  memory_total_gb: null,
  disk_free_gb: null,
  record_minutes_left: null,
  gpu: null,
  gpus: [],
};

/** OBS's figures while it is not connected. */
export const DISCONNECTED_OBS: ObsTelemetry = {
  connected: false,
  streaming: false,
  recording: false,
  outputs: [],
  total_dropped_frames: 0,
  total_frames: 0,
  overall_drop_percentage: 0,
  recent_drop_percentage: null,
  active_fps: null,
  target_fps: null,
  render_lagged_frames: null,
  render_total_frames: null,
  recent_render_lagged_percentage: null,
  encoder_skipped_frames: null,
  encoder_total_frames: null,
  recent_encoder_skipped_percentage: null,
  render_time_ms: null,
  scene: null,
  cpu_percent: null,
  memory_mb: null,
  version: null,
  local: null,
  silent_s: null,
  silent_inputs: [],
};

/** The network's figures when none is known. */
export const UNKNOWN_NETWORK: NetworkTelemetry = {
  upload_speed_mbps: null,
  download_speed_mbps: null,
  sent_bytes: null,
  received_bytes: null,
  latency_ms: null,
  upload_capacity_mbps: null,
  upload_capacity_age_s: null,
};
