/** Bridge files for the overlay's tests, written as the sidecar writes them. */
import {
  DISCONNECTED_OBS,
  type Output,
  type Telemetry,
  TELEMETRY_VERSION,
  UNKNOWN_NETWORK,
  UNKNOWN_SYSTEM,
} from "../../shared/telemetry.ts";
import { exampleOutput, exampleRecording } from "../api/example_telemetry.ts";

const COLLECTOR_OK = { ok: true, age_ms: 3, error: null };

/** An output that streams without a fault, changed as told. */
function outputFixture(changes: Partial<Output> = {}): Output {
  return exampleOutput({
    dropped_frames: 0,
    total_frames: 301_500,
    total_bytes: 3_756_000_000,
    drop_percentage: 0,
    bitrate_kbps: 5980,
    encoding_lag_ms: null,
    congestion: 0,
    uptime_s: 5025.4,
    ...changes,
  });
}

/** A recording without a fault, changed as told. */
function recordFixture(changes: Partial<Output> = {}): Output {
  return exampleRecording({
    total_frames: null,
    total_bytes: 3_756_000_000,
    bitrate_kbps: 12_100,
    uptime_s: 602,
    ...changes,
  });
}

/** A healthy evening on one platform, recording too. */
export function healthyFixture(): Telemetry {
  const now = Date.now();
  return {
    version: TELEMETRY_VERSION,
    timestamp: Math.floor(now / 1000),
    sequence: 1,
    written_at_ms: now,
    system: {
      cpu_usage_percent: 34.2,
      memory_used_gb: 18.23,
      memory_total_gb: 31.9,
      disk_free_gb: 412.7,
      record_minutes_left: 4881,
      gpu: {
        name: "NVIDIA GeForce RTX 4070",
        vendor: "nvidia",
        utilization_percent: 67,
        temperature_celsius: 71,
        vram_used_mb: 6246,
        vram_total_mb: 12_288,
        encoder_utilization_percent: 41,
        decoder_utilization_percent: 0,
        power_watts: 160,
        fan_percent: 45,
        clock_mhz: 2500,
        throttle_reasons: [],
        driver_version: "560.35",
        encoder_sessions: 1,
        encoder_latency_us: 4100,
      },
      gpus: [],
    },
    obs: {
      ...DISCONNECTED_OBS,
      connected: true,
      streaming: true,
      recording: true,
      outputs: [outputFixture(), recordFixture()],
      recent_drop_percentage: 0,
      active_fps: 60,
      target_fps: 60,
      recent_render_lagged_percentage: 0.01,
      recent_encoder_skipped_percentage: 0,
      scene: "Game",
      local: true,
    },
    network: { ...UNKNOWN_NETWORK, upload_speed_mbps: 14.32, latency_ms: 23.4 },
    health: {
      overall: "healthy",
      alerts: [],
      collectors: {
        obs: COLLECTOR_OK,
        system: COLLECTOR_OK,
        network: COLLECTOR_OK,
        gpu: COLLECTOR_OK,
      },
    },
  };
}

/** A bad quarter of an hour on five outputs: every kind of fault, several alerts. */
export function troubledFixture(): Telemetry {
  const telemetry = healthyFixture();
  telemetry.obs.outputs = [
    outputFixture({
      bitrate_kbps: 4310,
      recent_drop_percentage: 2.31,
      congestion: 0.86,
    }),
    outputFixture({ id: "b", name: "YouTube", bitrate_kbps: 8020, target_bitrate_kbps: 8000 }),
    outputFixture({ id: "c", name: "Kick", reconnecting: true, reconnects: 3 }),
    outputFixture({
      id: "d",
      name: "Studio relay over SRT",
      bitrate_kbps: 3020,
      target_bitrate_kbps: null,
      recent_drop_percentage: null,
      congestion: null,
    }),
    recordFixture({ bitrate_kbps: 24_300 }),
  ];
  telemetry.obs.recent_drop_percentage = 1.2;
  telemetry.obs.recent_render_lagged_percentage = 0.4;
  telemetry.obs.active_fps = 52.3;
  telemetry.system.record_minutes_left = 38.2;
  telemetry.system.disk_free_gb = 4.3;
  telemetry.health.overall = "critical";
  const since = telemetry.written_at_ms;
  telemetry.health.alerts = [
    {
      id: "render_lag",
      severity: "warning",
      message: "The GPU is too busy to render every frame. Cap the game's frame rate.",
      metric: "obs.recent_render_lagged_percentage",
      value: 0.4,
      since,
    },
    {
      id: "network_drops:simple_stream",
      severity: "critical",
      message:
        "Twitch drops 2.3 % of its frames: the upload is too slow. Lower the bitrate to 4000 kbit/s or stop other uploads.",
      metric: "obs.outputs.simple_stream.recent_drop_percentage",
      value: 2.31,
      since,
    },
  ];
  return telemetry;
}

/** The file of a sidecar that runs without OBS. */
export function disconnectedFixture(error: string | null = null): Telemetry {
  const telemetry = healthyFixture();
  telemetry.obs = DISCONNECTED_OBS;
  telemetry.system = UNKNOWN_SYSTEM;
  telemetry.health.overall = "unknown";
  telemetry.health.collectors.obs = { ok: false, age_ms: null, error };
  return telemetry;
}

/** Replaces a bridge file whole, by temporary file and rename. */
export function writeBridge(path: string, content: Telemetry | string): void {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  Deno.writeTextFileSync(`${path}.tmp`, text);
  Deno.renameSync(`${path}.tmp`, path);
}
