import {
  DISCONNECTED_OBS,
  type Output,
  type Telemetry,
  TELEMETRY_VERSION,
  UNKNOWN_NETWORK,
  UNKNOWN_SYSTEM,
} from "../../shared/telemetry.ts";

/** A stream output that fares well. */
export function exampleOutput(changes: Partial<Output> = {}): Output {
  return {
    id: "simple_stream",
    name: "Twitch",
    kind: "stream",
    platform: "twitch",
    active: true,
    reconnecting: false,
    reconnects: 0,
    downtime_s: 0,
    dropped_frames: 12,
    total_frames: 290_400,
    total_bytes: 3_622_000_000,
    drop_percentage: 0.004,
    recent_drop_percentage: 0,
    bitrate_kbps: 5987,
    target_bitrate_kbps: 6000,
    fps: 60,
    encoding_lag_ms: 4.1,
    congestion: 0.03,
    uptime_s: 4840,
    paused: false,
    ...changes,
  };
}

/** A recording that goes well. */
export function exampleRecording(changes: Partial<Output> = {}): Output {
  return exampleOutput({
    id: "simple_file_output",
    name: "Recording",
    kind: "record",
    platform: null,
    dropped_frames: null,
    drop_percentage: null,
    recent_drop_percentage: null,
    bitrate_kbps: 18_240,
    target_bitrate_kbps: null,
    encoding_lag_ms: null,
    congestion: null,
    uptime_s: 4790,
    ...changes,
  });
}

/** One healthy stream and a recording, on a PC with a graphics card. */
export function exampleTelemetry(changes: Partial<Telemetry> = {}): Telemetry {
  const gpu = {
    name: "NVIDIA GeForce RTX 4070",
    vendor: "nvidia",
    utilization_percent: 71,
    temperature_celsius: 64,
    vram_used_mb: 6420,
    vram_total_mb: 12_282,
    encoder_utilization_percent: 22,
    decoder_utilization_percent: 0,
    power_watts: 148,
    fan_percent: 41,
    clock_mhz: 2610,
    throttle_reasons: [],
    driver_version: "566.36",
    encoder_sessions: 2,
    encoder_latency_us: 4100,
  };
  const ok = { ok: true, age_ms: 40, error: null };
  return {
    version: TELEMETRY_VERSION,
    timestamp: 1_790_000_000,
    sequence: 100,
    written_at_ms: 1_790_000_000_000,
    system: {
      cpu_usage_percent: 38.4,
      memory_used_gb: 17.2,
      memory_total_gb: 31.9,
      disk_free_gb: 412.6,
      record_minutes_left: 3050,
      gpu,
      gpus: [gpu],
    },
    obs: {
      connected: true,
      streaming: true,
      recording: true,
      outputs: [exampleOutput(), exampleRecording()],
      total_dropped_frames: 12,
      total_frames: 290_400,
      overall_drop_percentage: 0.004,
      recent_drop_percentage: 0,
      active_fps: 60,
      target_fps: 60,
      render_lagged_frames: 31,
      render_total_frames: 291_000,
      recent_render_lagged_percentage: 0.03,
      encoder_skipped_frames: 0,
      encoder_total_frames: 290_400,
      recent_encoder_skipped_percentage: 0,
      render_time_ms: 3.2,
      scene: "Gameplay",
      cpu_percent: 4.6,
      memory_mb: 812,
      version: "30.2.3",
      local: true,
      silent_s: 0,
      silent_inputs: [],
    },
    network: {
      upload_speed_mbps: 6.4,
      download_speed_mbps: 12.1,
      sent_bytes: 3_900_000_000,
      received_bytes: 410_000_000,
      latency_ms: 23.5,
      upload_capacity_mbps: null,
      upload_capacity_age_s: null,
    },
    health: {
      overall: "healthy",
      alerts: [],
      collectors: { obs: ok, system: ok, network: ok, gpu: ok },
    },
    ...changes,
  };
}

/** Nothing is known but that OBS is away. */
export function disconnectedTelemetry(error: string, changes: Partial<Telemetry> = {}): Telemetry {
  const ok = { ok: true, age_ms: 40, error: null };
  return {
    ...exampleTelemetry(),
    system: { ...UNKNOWN_SYSTEM, cpu_usage_percent: 6, memory_used_gb: 9.1, memory_total_gb: 31.9 },
    obs: DISCONNECTED_OBS,
    network: { ...UNKNOWN_NETWORK, upload_speed_mbps: 0.1, download_speed_mbps: 0.3 },
    health: {
      overall: "unknown",
      alerts: [],
      collectors: {
        obs: { ok: false, age_ms: null, error },
        system: ok,
        network: ok,
        gpu: ok,
      },
    },
    ...changes,
  };
}
