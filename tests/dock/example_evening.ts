/** Fifteen minutes of a believable evening with five outputs, the same at every run. */
import type { Alert } from "../../shared/alert.ts";
import type { History } from "../../shared/api.ts";
import type { Output, Telemetry } from "../../shared/telemetry.ts";
import { exampleOutput, exampleRecording, exampleTelemetry } from "../api/example_telemetry.ts";

/** The evening's length, as far as a dock can look back. */
const SPAN_MS = 15 * 60_000;

const OUTPUTS: readonly { id: string; name: string; platform: string; kbps: number }[] = [
  { id: "adv_stream", name: "Twitch", platform: "twitch", kbps: 6000 },
  { id: "aitum_multi_output_YouTube", name: "YouTube", platform: "youtube", kbps: 9000 },
  { id: "aitum_multi_output_Kick", name: "Kick", platform: "kick", kbps: 8000 },
  { id: "aitum_multi_output_TikTok", name: "TikTok vertical", platform: "tiktok", kbps: 4000 },
  { id: "aitum_multi_output_Facebook", name: "Facebook", platform: "facebook", kbps: 4000 },
];

/** A number from 0 to 1 that only depends on its seed (the mulberry32 mixing step). */
function noise(seed: number): number {
  let x = (seed * 0x9e3779b1 + 0x6d2b79f5) | 0;
  x = Math.imul(x ^ (x >>> 15), x | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
}

/** 0 before `from` and after `to`, 1 between them, with ramps of 20 s; seconds. */
function during(t: number, from: number, to: number): number {
  return Math.max(0, Math.min(1, (t - from) / 20, (to - t) / 20));
}

/** The figures at a moment; `endMs` is the evening's end in Unix milliseconds. */
export function eveningAt(atMs: number, endMs: number): Telemetry {
  const t = (atMs - endMs + SPAN_MS) / 1000;
  const step = Math.floor(atMs / 500);
  const wobble = (seed: number): number => noise(step * 31 + seed) - 0.5;
  const dip = during(t, 300, 390);
  const kickDip = during(t, 860, 990);
  const game = during(t, 560, 640);
  const outputs = OUTPUTS.map(({ id, name, platform, kbps }, i): Output => {
    const isKick = platform === "kick";
    const isLost = platform === "tiktok" && t > 470 && t < 500;
    const share = 1 - 0.5 * dip * (i < 3 ? 1 : 0.2) - (isKick ? 0.7 * kickDip : 0);
    const drops = (i < 3 ? 2.2 * dip : 0) + (isKick ? 3.4 * kickDip : 0);
    return exampleOutput({
      id,
      name,
      platform,
      reconnecting: isLost,
      reconnects: platform === "tiktok" && t > 470 ? 1 : 0,
      bitrate_kbps: isLost ? 0 : Math.round(kbps * (share + 0.05 * wobble(i))),
      target_bitrate_kbps: kbps,
      recent_drop_percentage: drops,
      congestion: Math.min(1, 0.03 + 0.02 * noise(step + i) + 0.5 * dip + (isKick ? kickDip : 0)),
      uptime_s: 4840 - SPAN_MS / 1000 + t - i * 3,
    });
  });
  const lost = outputs.reduce((sum, output) => sum + (output.recent_drop_percentage ?? 0), 0);
  const base = exampleTelemetry();
  const gpu = base.system.gpu && {
    ...base.system.gpu,
    utilization_percent: Math.min(100, 71 + 6 * wobble(11) + 26 * game),
    encoder_utilization_percent: 38 + 5 * wobble(12),
  };
  const alerts: Alert[] = kickDip < 0.4 ? [] : [{
    id: "network_drops:aitum_multi_output_Kick",
    severity: "warning",
    message: `Network: Kick is dropping ${(3.4 * kickDip).toFixed(1)} % of its frames. Lower ` +
      "the bitrate or check Wi-Fi.",
    metric: "obs.outputs.aitum_multi_output_Kick.recent_drop_percentage",
    value: 3.4 * kickDip,
    since: Math.floor(endMs - SPAN_MS + 868_000),
  }];
  return {
    ...base,
    timestamp: Math.floor(atMs / 1000),
    written_at_ms: Math.floor(atMs),
    sequence: step,
    system: {
      ...base.system,
      cpu_usage_percent: 38 + 8 * wobble(13) + 14 * game,
      gpu,
      gpus: gpu && [gpu],
    },
    obs: {
      ...base.obs,
      outputs: [...outputs, exampleRecording()],
      recent_drop_percentage: lost / 5,
      recent_render_lagged_percentage: 4.1 * game,
      recent_encoder_skipped_percentage: 0.8 * during(t, 590, 700),
      active_fps: 60 - 9 * game * noise(step) - 0.2 * noise(step + 5),
      render_time_ms: 4.2 + wobble(14) + 11 * game,
    },
    network: { ...base.network, latency_ms: 23 + 6 * noise(step + 9) + 40 * dip },
    health: { ...base.health, overall: alerts.length > 0 ? "warning" : "healthy", alerts },
  };
}

/** A minute in which the sidecar was away: nothing is known of it. */
function isKnown(atMs: number, endMs: number): boolean {
  const t = (atMs - endMs + SPAN_MS) / 1000;
  return t < 180 || t > 235;
}

/** What the sidecar would have kept of a figure. */
export function eveningHistory(metric: string, endMs: number): History {
  const points: History["points"] = [];
  for (let atMs = Math.ceil((endMs - SPAN_MS) / 2000) * 2000; atMs < endMs; atMs += 2000) {
    if (!isKnown(atMs, endMs)) continue;
    const values = [0, 500, 1000, 1500].flatMap((ms) =>
      figureOf(eveningAt(atMs + ms, endMs), metric) ?? []
    );
    if (values.length === 0) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    points.push([atMs, Math.min(...values), mean, Math.max(...values)]);
  }
  return { metric, unit: "1", points };
}

/** A figure by its path; null where there is none. */
function figureOf({ obs, system, network }: Telemetry, metric: string): number | null {
  const output = (obs.outputs ?? []).find(({ id }) => metric === `obs.outputs.${id}.bitrate_kbps`);
  if (output !== undefined) return output.bitrate_kbps;
  switch (metric) {
    case "obs.recent_drop_percentage":
      return obs.recent_drop_percentage;
    case "obs.recent_render_lagged_percentage":
      return obs.recent_render_lagged_percentage;
    case "obs.recent_encoder_skipped_percentage":
      return obs.recent_encoder_skipped_percentage;
    case "obs.active_fps":
      return obs.active_fps;
    case "obs.render_time_ms":
      return obs.render_time_ms;
    case "system.cpu_usage_percent":
      return system.cpu_usage_percent;
    case "system.gpu.utilization_percent":
      return system.gpu?.utilization_percent ?? null;
    case "system.gpu.encoder_utilization_percent":
      return system.gpu?.encoder_utilization_percent ?? null;
    case "network.latency_ms":
      return network.latency_ms;
    default:
      return null;
  }
}
