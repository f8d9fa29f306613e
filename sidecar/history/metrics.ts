/** Which figures are kept over time, by their dotted paths in bridge.json. */
import type { Output, Telemetry } from "../../shared/telemetry.ts";
import { decimalsOf } from "./resolution.ts";

/** A figure that is kept. */
export interface Metric<T> {
  /** In UCUM (https://ucum.org/ucum). */
  readonly unit: string;
  /** Null if it is not known. */
  read(from: T): number | null;
}

/** Figures that there is one of. */
export const METRICS: ReadonlyMap<string, Metric<Telemetry>> = new Map<string, Metric<Telemetry>>([
  ["system.cpu_usage_percent", { unit: "%", read: ({ system }) => system.cpu_usage_percent }],
  ["system.memory_used_gb", { unit: "GiBy", read: ({ system }) => system.memory_used_gb }],
  ["system.disk_free_gb", { unit: "GiBy", read: ({ system }) => system.disk_free_gb }],
  ["system.record_minutes_left", {
    unit: "min",
    read: ({ system }) => system.record_minutes_left,
  }],
  ["system.gpu.utilization_percent", {
    unit: "%",
    read: ({ system }) => system.gpu?.utilization_percent ?? null,
  }],
  ["system.gpu.encoder_utilization_percent", {
    unit: "%",
    read: ({ system }) => system.gpu?.encoder_utilization_percent ?? null,
  }],
  ["system.gpu.temperature_celsius", {
    unit: "Cel",
    read: ({ system }) => system.gpu?.temperature_celsius ?? null,
  }],
  ["system.gpu.vram_used_mb", {
    unit: "MiBy",
    read: ({ system }) => system.gpu?.vram_used_mb ?? null,
  }],
  ["system.gpu.power_watts", { unit: "W", read: ({ system }) => system.gpu?.power_watts ?? null }],
  ["system.gpu.clock_mhz", { unit: "MHz", read: ({ system }) => system.gpu?.clock_mhz ?? null }],
  ["obs.active_fps", { unit: "/s", read: ({ obs }) => obs.active_fps }],
  ["obs.render_time_ms", { unit: "ms", read: ({ obs }) => obs.render_time_ms }],
  ["obs.recent_drop_percentage", { unit: "%", read: ({ obs }) => obs.recent_drop_percentage }],
  ["obs.recent_render_lagged_percentage", {
    unit: "%",
    read: ({ obs }) => obs.recent_render_lagged_percentage,
  }],
  ["obs.recent_encoder_skipped_percentage", {
    unit: "%",
    read: ({ obs }) => obs.recent_encoder_skipped_percentage,
  }],
  ["obs.cpu_percent", { unit: "%", read: ({ obs }) => obs.cpu_percent }],
  ["obs.memory_mb", { unit: "MiBy", read: ({ obs }) => obs.memory_mb }],
  ["network.upload_speed_mbps", {
    unit: "Mbit/s",
    read: ({ network }) => network.upload_speed_mbps,
  }],
  ["network.download_speed_mbps", {
    unit: "Mbit/s",
    read: ({ network }) => network.download_speed_mbps,
  }],
  ["network.latency_ms", { unit: "ms", read: ({ network }) => network.latency_ms }],
]);

/** Figures of each output. */
export const OUTPUT_METRICS: ReadonlyMap<string, Metric<Output>> = new Map<string, Metric<Output>>([
  ["bitrate_kbps", { unit: "kbit/s", read: ({ bitrate_kbps }) => bitrate_kbps }],
  ["recent_drop_percentage", {
    unit: "%",
    read: ({ recent_drop_percentage }) => recent_drop_percentage,
  }],
  ["fps", { unit: "/s", read: ({ fps }) => fps }],
  ["congestion", { unit: "1", read: ({ congestion }) => congestion }],
]);

const OUTPUTS = "obs.outputs.";

/** The output's id and its figure in a path; null in any other. Ids may hold dots themselves. */
export function outputMetric(path: string): { id: string; figure: string } | null {
  const dot = path.lastIndexOf(".");
  if (!path.startsWith(OUTPUTS) || dot < OUTPUTS.length) return null;
  return { id: path.slice(OUTPUTS.length, dot), figure: path.slice(dot + 1) };
}

/** How many decimals of a figure are kept in the history. */
export function decimalsOfMetric(path: string): number {
  return decimalsOf(path.slice(path.lastIndexOf(".") + 1));
}
