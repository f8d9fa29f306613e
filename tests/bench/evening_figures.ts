import type { Random } from "../../sidecar/demo/random.ts";
import type { Output, Telemetry } from "../../shared/telemetry.ts";
import { fiveOutputsSnapshot } from "./five_outputs_snapshot.ts";

/**
 * Snapshots of an evening with five outputs, a recording and a card, whose figures waver as a real
 * machine's do: what is measured does so at random about a load that drifts, counters count, and
 * most of the rest stays.
 */
export function eveningFigures(
  random: Random,
  { beginMs, tickMs }: { beginMs: number; tickMs: number },
): () => Telemetry {
  let tick = 0;
  let load = 0.5;
  const base = fiveOutputsSnapshot();
  const frames = new Map((base.obs.outputs ?? []).map(({ id }) => [id, 0]));
  let [rendered, lagged, dropped] = [0, 0, 0];
  const noise = (value: number, share: number) => random.around(value, share);
  return () => {
    tick++;
    load = Math.min(1, Math.max(0.2, load + (random.next() - 0.5) * 0.02));
    const atMs = beginMs + tick * tickMs + Math.floor(random.next() * 4);
    const count = Math.round(60 * tickMs / 1000) + (random.next() < 0.2 ? 1 : 0);
    rendered += count;
    if (random.next() < 0.01) lagged++;
    if (random.next() < 0.005) dropped += Math.floor(random.next() * 20);
    const lagMs = noise(4.2, 0.15);
    const outputs = (base.obs.outputs ?? []).map((output): Output => {
      const total = (frames.get(output.id) ?? 0) + count;
      frames.set(output.id, total);
      const isStream = output.kind === "stream";
      return {
        ...output,
        total_frames: total,
        dropped_frames: isStream ? dropped : null,
        drop_percentage: isStream ? dropped / total * 100 : null,
        recent_drop_percentage: isStream ? 0 : null,
        bitrate_kbps: noise(6000, 0.04),
        fps: random.next() < 0.8 ? 60 : noise(60, 0.01),
        encoding_lag_ms: lagMs,
        congestion: isStream ? random.next() * 0.06 : null,
        uptime_s: tick * tickMs / 1000,
      };
    });
    const gpu = base.system.gpu === null ? null : {
      ...base.system.gpu,
      utilization_percent: Math.round(noise(90 * load, 0.08)),
      temperature_celsius: Math.round(55 + 20 * load),
      vram_used_mb: Math.round(6000 + 800 * load + random.next() * 20),
      encoder_utilization_percent: Math.round(noise(24, 0.1)),
      power_watts: noise(200 * load, 0.06),
      fan_percent: Math.round(30 + 30 * load),
      clock_mhz: 15 * Math.round(noise(2600, 0.01) / 15),
      encoder_latency_us: Math.round(lagMs * 1000),
    };
    return {
      ...base,
      timestamp: Math.floor(atMs / 1000),
      sequence: tick,
      written_at_ms: atMs,
      system: {
        ...base.system,
        cpu_usage_percent: noise(70 * load, 0.15),
        memory_used_gb: 18 + load + random.next() * 0.02,
        disk_free_gb: 800 - tick * tickMs / 1000 * 0.0015,
        record_minutes_left: (800 - tick * tickMs / 1000 * 0.0015) * 9 * noise(1, 0.01),
        gpu,
        gpus: gpu === null ? [] : [gpu],
      },
      obs: {
        ...base.obs,
        outputs,
        total_frames: 5 * rendered,
        total_dropped_frames: 5 * dropped,
        overall_drop_percentage: dropped / rendered * 100,
        active_fps: random.next() < 0.7 ? 60 : noise(60, 0.003),
        render_total_frames: rendered,
        render_lagged_frames: lagged,
        encoder_total_frames: rendered,
        render_time_ms: noise(5, 0.2),
        cpu_percent: noise(8, 0.2),
        memory_mb: Math.round(780 + random.next() * 8),
      },
      network: {
        ...base.network,
        upload_speed_mbps: noise(31, 0.05),
        download_speed_mbps: noise(3, 0.5),
        latency_ms: noise(14, 0.2),
      },
    };
  };
}
