/** Evenings before the demo's own, for a look at what is remembered. */
import type { AlertRecord } from "../../shared/alert.ts";
import {
  type Gpu,
  type Output,
  type Telemetry,
  TELEMETRY_VERSION,
  UNKNOWN_NETWORK,
} from "../../shared/telemetry.ts";
import { SINCE } from "../health/rule.ts";
import { timeOfDay } from "../../shared/time_of_day.ts";
import { EVENING_OUTPUTS } from "./phases.ts";
import { createRandom } from "./random.ts";

/** A stretch of an evening in which something is wrong; minutes after its begin. */
export interface Trouble {
  cause: "network" | "gpu" | "encoder";
  from: number;
  to: number;
  /** Of the frames, percent. */
  lost: number;
  severity: "warning" | "error";
}

/** What an evening was like. */
export interface Plot {
  daysAgo: number;
  /** It begins at so many minutes after midnight, the user's time. */
  startMinute: number;
  minutes: number;
  troubles: readonly Trouble[];
}

/** Four evenings: one beside three others is enough to compare. */
export const PLOTS: readonly Plot[] = [
  { daysAgo: 4, startMinute: 20 * 60 + 42, minutes: 51, troubles: [] },
  {
    daysAgo: 3,
    startMinute: 20 * 60 + 18,
    minutes: 47,
    troubles: [{ cause: "encoder", from: 31, to: 34, lost: 3.1, severity: "warning" }],
  },
  {
    daysAgo: 2,
    startMinute: 20 * 60 + 36,
    minutes: 54,
    troubles: [{ cause: "gpu", from: 22, to: 28, lost: 7.4, severity: "error" }],
  },
  {
    daysAgo: 1,
    startMinute: 20 * 60 + 31,
    minutes: 56,
    troubles: [{ cause: "network", from: 41, to: 45, lost: 18.2, severity: "error" }],
  },
];

/** From one snapshot to the next: as far apart as the charts of sessions show them. */
export const STEP_MS = 10_000;

const FPS = 60;
const FRAMES = FPS * STEP_MS / 1000;
/** Shares of lost frames are told of the last minute. */
const RECENT_STEPS = 60_000 / STEP_MS;
const MINUTE_MS = 60_000;

const STREAMS = [
  { id: EVENING_OUTPUTS.twitch, name: "Twitch", platform: "twitch", kbps: 6000 },
  { id: EVENING_OUTPUTS.youtube, name: "YouTube", platform: "youtube", kbps: 8000 },
] as const;

/** What a rule says of trouble. */
interface Told {
  id: string;
  metric: string;
  text(lost: number): string;
}

/** What is said of trouble; as the rules of the same names say it. */
const TOLD: Readonly<Record<Trouble["cause"], readonly Told[]>> = {
  // The line is everybody's: each output drops frames.
  network: STREAMS.map(({ id, name }) => ({
    id: `network_drops:${id}`,
    metric: `obs.outputs.${id}.recent_drop_percentage`,
    text: (lost) =>
      `Network: ${name} is dropping ${lost} % of its frames${SINCE}. Lower the bitrate or check ` +
      "Wi-Fi.",
  })),
  gpu: [{
    id: "render_lag",
    metric: "obs.recent_render_lagged_percentage",
    text: (lost) =>
      `GPU: ${lost} % of the frames are rendered late${SINCE}. Cap the game's frame rate, or ` +
      "lower its graphics settings.",
  }],
  encoder: [{
    id: "encoder_skips",
    metric: "obs.recent_encoder_skipped_percentage",
    text: (lost) =>
      `Encoder: ${lost} % of the frames are skipped${SINCE}. Choose a faster preset, or a ` +
      "hardware encoder.",
  }],
};

/** Unix milliseconds at which an evening began; the days are the user's. */
export function startOf({ daysAgo, startMinute }: Plot, nowMs: number): number {
  const date = new Date(nowMs);
  date.setHours(0, startMinute, 0, 0);
  date.setDate(date.getDate() - daysAgo);
  return date.getTime();
}

/** The alerts of an evening, as they are remembered. */
export function alertsOf({ troubles }: Plot, startMs: number): AlertRecord[] {
  return troubles.flatMap(({ cause, from, to, lost, severity }) => {
    const since = startMs + from * MINUTE_MS;
    return TOLD[cause].map(({ id, metric, text }): AlertRecord => ({
      id,
      uid: crypto.randomUUID(),
      state: "resolved",
      severity,
      message: text(lost).replace(SINCE, ` since ${timeOfDay(since)}`),
      metric,
      value: lost,
      since,
      fired_at: since + STEP_MS,
      resolved_at: startMs + to * MINUTE_MS,
    }));
  });
}

/** The snapshots of an evening, oldest first; the last one shows that it is over. */
export function* snapshotsOf(plot: Plot, startMs: number): Generator<Telemetry> {
  const random = createRandom(plot.daysAgo);
  const alerts = alertsOf(plot, startMs);
  const lost = { network: 0, gpu: 0, encoder: 0 };
  const recent: Record<Trouble["cause"], number[]> = { network: [], gpu: [], encoder: [] };
  const steps = plot.minutes * MINUTE_MS / STEP_MS;
  for (let step = 1; step <= steps + 1; step++) {
    const atMs = startMs + step * STEP_MS;
    const minute = step * STEP_MS / MINUTE_MS;
    const trouble = plot.troubles.find(({ from, to }) => from < minute && minute <= to) ?? null;
    for (const cause of ["network", "gpu", "encoder"] as const) {
      const percent = trouble?.cause === cause ? random.around(trouble.lost, 0.2) : 0;
      lost[cause] += Math.round(FRAMES * percent / 100);
      recent[cause] = [...recent[cause], percent].slice(-RECENT_STEPS);
    }
    const firing = alerts.filter(({ since, resolved_at }) =>
      since < atMs && atMs <= (resolved_at ?? atMs)
    );
    yield snapshot({
      atMs,
      seconds: step * STEP_MS / 1000,
      isLive: step <= steps,
      cause: trouble?.cause ?? null,
      lost: { ...lost },
      percent: {
        network: mean(recent.network),
        gpu: mean(recent.gpu),
        encoder: mean(recent.encoder),
      },
      alerts: firing.map(({ uid: _uid, state: _state, fired_at, resolved_at: _end, ...alert }) => ({
        ...alert,
        since: fired_at ?? alert.since,
      })),
      around: (value, share) => random.around(value, share),
    });
  }
}

/** What is known of a moment. */
interface Moment {
  atMs: number;
  /** Since the evening's begin. */
  seconds: number;
  isLive: boolean;
  cause: Trouble["cause"] | null;
  /** Frames, since the evening's begin. */
  lost: Readonly<Record<Trouble["cause"], number>>;
  /** Of the last minute's frames. */
  percent: Readonly<Record<Trouble["cause"], number>>;
  alerts: Telemetry["health"]["alerts"];
  around(value: number, share: number): number;
}

function snapshot(moment: Moment): Telemetry {
  const { atMs, seconds, isLive, cause, lost, percent, alerts, around } = moment;
  const frames = FPS * seconds;
  const gpu = gpuOf(moment);
  const outputs = STREAMS.map((stream) => outputOf(stream, moment));
  const fine = { ok: true, age_ms: 0, error: null };
  return {
    version: TELEMETRY_VERSION,
    timestamp: Math.floor(atMs / 1000),
    sequence: Math.round(seconds),
    written_at_ms: atMs,
    system: {
      cpu_usage_percent: Math.min(100, around(cause === "encoder" ? 93 : 41, 0.07)),
      memory_used_gb: around(17.2, 0.02),
      memory_total_gb: 31.9,
      disk_free_gb: 412.6,
      record_minutes_left: null,
      gpu,
      gpus: [gpu],
    },
    obs: {
      connected: true,
      streaming: isLive,
      recording: false,
      outputs,
      total_dropped_frames: 2 * lost.network,
      total_frames: 2 * frames,
      overall_drop_percentage: lost.network / frames * 100,
      recent_drop_percentage: percent.network,
      active_fps: cause === "gpu" ? around(FPS * 0.92, 0.02) : FPS,
      target_fps: FPS,
      render_lagged_frames: lost.gpu,
      render_total_frames: frames,
      recent_render_lagged_percentage: percent.gpu,
      encoder_skipped_frames: lost.encoder,
      encoder_total_frames: frames,
      recent_encoder_skipped_percentage: percent.encoder,
      render_time_ms: around(cause === "gpu" ? 17.4 : 5.2, 0.1),
      scene: "Gameplay",
      cpu_percent: around(5, 0.2),
      memory_mb: around(812, 0.01),
      version: "30.2.3",
      local: true,
      silent_s: 0,
      silent_inputs: [],
    },
    network: {
      ...UNKNOWN_NETWORK,
      upload_speed_mbps: outputs.reduce((sum, each) => sum + (each.bitrate_kbps ?? 0), 0) / 1000,
      download_speed_mbps: around(3, 0.4),
      latency_ms: around(cause === "network" ? 96 : 24, 0.2),
    },
    health: {
      overall: alerts.length === 0 ? "healthy" : "critical",
      alerts,
      collectors: { obs: fine, system: fine, network: fine, gpu: fine },
    },
  };
}

function outputOf(
  { id, name, platform, kbps }: (typeof STREAMS)[number],
  { seconds, isLive, cause, lost, percent, around }: Moment,
): Output {
  const isCrowded = cause === "network";
  return {
    id,
    name,
    kind: "stream",
    platform,
    active: isLive,
    reconnecting: false,
    reconnects: 0,
    downtime_s: 0,
    dropped_frames: lost.network,
    total_frames: FPS * seconds,
    total_bytes: Math.round(kbps * 125 * seconds),
    drop_percentage: lost.network / (FPS * seconds) * 100,
    recent_drop_percentage: percent.network,
    bitrate_kbps: isLive ? around(isCrowded ? kbps * 0.48 : kbps, isCrowded ? 0.2 : 0.02) : 0,
    target_bitrate_kbps: kbps,
    fps: FPS,
    encoding_lag_ms: null,
    congestion: isCrowded ? around(0.9, 0.1) : 0.02,
    uptime_s: isLive ? seconds : 0,
    paused: false,
  };
}

function gpuOf({ cause, around }: Moment): Gpu {
  return {
    name: "Simulated graphics card",
    vendor: null,
    utilization_percent: cause === "gpu" ? 99 : around(72, 0.05),
    temperature_celsius: around(cause === "gpu" ? 74 : 66, 0.01),
    vram_used_mb: around(6400, 0.01),
    vram_total_mb: 12_282,
    encoder_utilization_percent: around(24, 0.1),
    decoder_utilization_percent: 0,
    power_watts: around(150, 0.05),
    fan_percent: 40,
    clock_mhz: around(2600, 0.01),
    throttle_reasons: [],
    driver_version: null,
    encoder_sessions: null,
    encoder_latency_us: null,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
