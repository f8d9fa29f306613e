/** What each alert says about the cause, and how long its trouble may last before it is told. */
import { defaultConfig } from "../../../shared/config.ts";
import type { Cause } from "./truth.ts";

/** Where an alert sends the streamer to look, by the first part of its id. */
const CAUSES: Readonly<Record<string, Cause>> = {
  network_drops: "network",
  reconnecting: "network",
  bitrate_low: "network",
  congestion: "network",
  render_lag: "gpu",
  low_fps: "gpu",
  frame_time: "gpu",
  gpu_temperature: "gpu",
  gpu_throttling: "gpu",
  vram_full: "gpu",
  encoder_skips: "encoder",
  cpu_busy: "encoder",
  disk_space: "disk",
  recording_stalled: "disk",
  silence: "audio",
  output_stalled: "obs",
  obs_lost: "obs",
};

/** Settings of `[alerts]` that say how long, by alert; those without one are told at once. */
const PACES: Readonly<Record<string, string>> = {
  network_drops: "steady",
  bitrate_low: "slow",
  congestion: "momentary",
  render_lag: "steady",
  low_fps: "momentary",
  frame_time: "momentary",
  gpu_temperature: "momentary",
  gpu_throttling: "momentary",
  vram_full: "slow",
  encoder_skips: "steady",
  cpu_busy: "slow",
  disk_space: "steady",
  recording_stalled: "recording_stalled",
  silence: "silence",
  output_stalled: "slow",
};

/** Recovery of the alerts whose pace is no setting: a connection must hold before it counts. */
const FIXED_RECOVERY_MS: Readonly<Record<string, number>> = { reconnecting: 5_000 };

/** Where an alert sends the streamer to look; null for one that this table does not know. */
export function causeOf(alertId: string): Cause | null {
  return CAUSES[kindOf(alertId)] ?? null;
}

/** How long an alert's trouble may last before it is told, and be gone before it is over. */
export function paceOf(alertId: string): { holdMs: number; recoveryMs: number } {
  const kind = kindOf(alertId);
  const pace = PACES[kind];
  return {
    holdMs: setting(pace, "hold") ?? 0,
    recoveryMs: setting(pace, "recovery") ?? FIXED_RECOVERY_MS[kind] ?? 0,
  };
}

function kindOf(alertId: string): string {
  return alertId.split(":")[0] ?? alertId;
}

function setting(pace: string | undefined, what: "hold" | "recovery"): number | null {
  const alerts: Readonly<Record<string, unknown>> = defaultConfig().alerts;
  const seconds = alerts[`${pace}_${what}`];
  return typeof seconds === "number" ? seconds * 1000 : null;
}
