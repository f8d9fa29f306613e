/** Decimals that are kept of a figure, by its field's name, where three would be noise. */
const DECIMALS: ReadonlyMap<string, number> = new Map([
  ["cpu_usage_percent", 1],
  ["memory_used_gb", 2],
  ["disk_free_gb", 2],
  ["record_minutes_left", 1],
  ["utilization_percent", 1],
  ["temperature_celsius", 1],
  ["vram_used_mb", 0],
  ["vram_total_mb", 0],
  ["encoder_utilization_percent", 1],
  ["decoder_utilization_percent", 1],
  ["power_watts", 1],
  ["fan_percent", 1],
  ["clock_mhz", 0],
  ["encoder_latency_us", 0],
  ["downtime_s", 1],
  ["uptime_s", 0],
  ["drop_percentage", 2],
  ["overall_drop_percentage", 2],
  ["recent_drop_percentage", 2],
  ["recent_render_lagged_percentage", 2],
  ["recent_encoder_skipped_percentage", 2],
  ["total_bytes", 0],
  ["bitrate_kbps", 0],
  ["target_bitrate_kbps", 0],
  ["fps", 1],
  ["encoding_lag_ms", 1],
  ["congestion", 2],
  ["active_fps", 2],
  ["render_time_ms", 2],
  ["cpu_percent", 1],
  ["memory_mb", 0],
  ["upload_speed_mbps", 2],
  ["download_speed_mbps", 2],
  ["sent_bytes", 0],
  ["received_bytes", 0],
  ["latency_ms", 1],
  ["upload_capacity_mbps", 2],
  ["upload_capacity_age_s", 0],
]);

/** How many decimals of a figure are kept over time. Counters are whole numbers anyway. */
export function decimalsOf(field: string): number {
  return DECIMALS.get(field) ?? 3;
}

/** A figure as the whole number that is kept of it. */
export function toKept(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals);
}

/** The figure that a kept number stands for. */
export function fromKept(kept: number, decimals: number): number {
  return kept / 10 ** decimals;
}
