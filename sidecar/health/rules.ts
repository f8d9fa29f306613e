import type { Gpu, Output } from "../../shared/telemetry.ts";
import { gpuThrottling } from "./gpu_throttling.ts";
import { recordingStalled } from "./recording_stalled.ts";
import { above, below, type Finding, plain, type Rule } from "./rule.ts";
import { silence } from "./silence.ts";
import type { Thresholds } from "./thresholds.ts";

/** Seconds after a start in which rates say nothing yet. */
const SETTLING_S = 10;

function settled({ outputs }: { outputs: Output[] | null }): Output[] {
  return (outputs ?? []).filter(({ active, uptime_s }) =>
    active === true && (uptime_s ?? 0) >= SETTLING_S
  );
}

/**
 * Whether OBS renders for anyone. Only while nothing is active can its frame rate be changed, and
 * then the target is known too late to be compared with.
 */
function isAnyActive({ outputs }: { outputs: Output[] | null }): boolean {
  return (outputs ?? []).some(({ active }) => active === true);
}

const networkDrops: Rule = {
  id: "network_drops",
  pace: "steady",
  find: ({ obs }, { lostFramesPercent }) =>
    settled(obs).flatMap((output) => {
      const value = output.recent_drop_percentage;
      const severity = above(value, lostFramesPercent);
      return severity === null || value === null ? [] : [{
        subject: output.id,
        severity,
        metric: `obs.outputs.${output.id}.recent_drop_percentage`,
        value,
        message: `Network: ${output.name} is dropping ${plain(value)} % of its frames. Lower the ` +
          "bitrate or check Wi-Fi.",
      }];
    }),
};

const reconnecting: Rule = {
  id: "reconnecting",
  pace: { holdMs: 0, recoveryMs: 5_000 },
  find: ({ obs }) =>
    (obs.outputs ?? []).filter((output) => output.reconnecting === true).map((output) => ({
      subject: output.id,
      severity: "error",
      metric: `obs.outputs.${output.id}.reconnects`,
      value: output.reconnects ?? 0,
      message: `Network: ${output.name} is reconnecting. Check the internet connection and the ` +
        "platform's status page.",
    })),
};

const congestion: Rule = {
  id: "congestion",
  pace: "momentary",
  find: ({ obs }, { congestion: limit }) =>
    settled(obs).flatMap((output) => {
      const value = output.congestion;
      return value === null || value <= limit ? [] : [{
        subject: output.id,
        severity: "warning",
        metric: `obs.outputs.${output.id}.congestion`,
        value,
        message: `Network: ${output.name}'s send queue is ${plain(value * 100)} % full. Frames ` +
          "will be dropped soon. Lower the bitrate, or stop other uploads.",
      }];
    }),
};

const bitrateLow: Rule = {
  id: "bitrate_low",
  pace: "slow",
  find: ({ obs }, thresholds) =>
    settled(obs).flatMap((output) => {
      const { bitrate_kbps: bitrate, target_bitrate_kbps: target } = output;
      if (bitrate === null || !target || output.reconnecting) return [];
      // Nothing is sent while a stream delay fills.
      if (!output.total_frames) return [];
      const severity = below(bitrate / target * 100, thresholds.bitratePercent);
      if (severity === null) return [];
      const held = isHeldUp(output, thresholds);
      return [{
        subject: output.id,
        // With VBR a still picture needs little: alone it is no sign of a bad connection.
        severity: held ? severity : "warning",
        metric: `obs.outputs.${output.id}.bitrate_kbps`,
        value: bitrate,
        message: `Network: ${output.name} gets ${plain(bitrate / 1000)} of ` +
          `${plain(target / 1000)} Mb/s. ` + (held
            ? "Viewers see a soft picture. Lower the bitrate, or check the connection."
            : "A still picture does that with VBR; else lower the bitrate, or check the " +
              "connection."),
      }];
    }),
};

/** Whether the network does not take what the output sends. */
function isHeldUp(
  { congestion, recent_drop_percentage: drops }: Output,
  { congestion: limit, lostFramesPercent }: Thresholds,
): boolean {
  return (congestion ?? 0) > limit || above(drops, lostFramesPercent) !== null;
}

const renderLag: Rule = {
  id: "render_lag",
  pace: "steady",
  find: ({ obs }, { lostFramesPercent }) => {
    const value = obs.recent_render_lagged_percentage;
    const severity = above(value, lostFramesPercent);
    return severity === null || value === null ? [] : [{
      severity,
      metric: "obs.recent_render_lagged_percentage",
      value,
      message: `GPU: ${plain(value)} % of the frames are rendered late. Cap the game's frame ` +
        "rate, or lower its graphics settings.",
    }];
  },
};

const lowFps: Rule = {
  id: "low_fps",
  pace: "momentary",
  find: ({ obs }, { fpsPercent }) => {
    const { active_fps: fps, target_fps: target } = obs;
    if (fps === null || !target || !isAnyActive(obs)) return [];
    const severity = below(fps / target * 100, fpsPercent);
    return severity === null ? [] : [{
      severity,
      metric: "obs.active_fps",
      value: fps,
      message: `GPU: OBS renders ${plain(fps)} of ${plain(target)} frames a second. Cap the ` +
        "game's frame rate, or lower its graphics settings.",
    }];
  },
};

const frameTime: Rule = {
  id: "frame_time",
  pace: "momentary",
  find: ({ obs }, { frameTimePercent }) => {
    const { render_time_ms: value, target_fps: target } = obs;
    if (value === null || !target || !isAnyActive(obs)) return [];
    const intervalMs = 1000 / target;
    const severity = above(value / intervalMs * 100, frameTimePercent);
    return severity === null ? [] : [{
      severity,
      metric: "obs.render_time_ms",
      value,
      message: `GPU: OBS takes ${plain(value)} ms of the ${plain(intervalMs)} ms it has for a ` +
        "frame. Simplify the scene, or cap the game's frame rate.",
    }];
  },
};

const encoderSkips: Rule = {
  id: "encoder_skips",
  pace: "steady",
  find: ({ obs }, { lostFramesPercent }) => {
    const value = obs.recent_encoder_skipped_percentage;
    const severity = above(value, lostFramesPercent);
    return severity === null || value === null ? [] : [{
      severity,
      metric: "obs.recent_encoder_skipped_percentage",
      value,
      message: `Encoder: ${plain(value)} % of the frames are skipped. Choose a faster preset, a ` +
        "hardware encoder, or a lower resolution.",
    }];
  },
};

const diskSpace: Rule = {
  id: "disk_space",
  pace: "steady",
  find: ({ system, obs }, { diskFreeGb, recordMinutesLeft }) => {
    const { disk_free_gb: value, record_minutes_left: minutes } = system;
    const severities = [below(value, diskFreeGb), below(minutes, recordMinutesLeft)];
    if (value === null || severities.every((severity) => severity === null)) return [];
    const isBad = severities.includes("error") && isWriting(obs);
    const left = minutes === null ? "" : `, enough for ${plain(minutes)} min`;
    return [{
      severity: isBad ? "error" : "warning",
      metric: "system.disk_free_gb",
      value,
      message: `Disk: ${plain(value)} GB left where OBS records${left}. Free some space, or ` +
        "record to another disk.",
    }];
  },
};

/** Whether OBS fills the disk, or may at any moment. */
function isWriting({ outputs }: { outputs: Output[] | null }): boolean {
  return (outputs ?? []).some(({ active, kind }) =>
    active === true && (kind === "record" || kind === "replay")
  );
}

const gpuTemperature: Rule = {
  id: "gpu_temperature",
  pace: "momentary",
  find: ({ system }, { gpuTemperatureCelsius }) =>
    eachGpu(system.gpus, (gpu, subject) => {
      const value = gpu.temperature_celsius;
      const severity = above(value, gpuTemperatureCelsius);
      return severity === null || value === null ? null : {
        subject,
        severity,
        metric: `system.gpus.${subject}.temperature_celsius`,
        value,
        message: `GPU: ${gpu.name ?? "the card"} is at ${plain(value)} °C and will slow down. ` +
          "Check its fans and the case's air flow.",
      };
    }),
};

const vramFull: Rule = {
  id: "vram_full",
  pace: "slow",
  find: ({ system }, { vramPercent }) =>
    eachGpu(system.gpus, (gpu, subject) => {
      if (gpu.vram_used_mb === null || !gpu.vram_total_mb) return null;
      const value = gpu.vram_used_mb / gpu.vram_total_mb * 100;
      return value <= vramPercent ? null : {
        subject,
        severity: "warning",
        metric: `system.gpus.${subject}.vram_used_mb`,
        value: gpu.vram_used_mb,
        message: `GPU: ${plain(value)} % of the memory of ${gpu.name ?? "the card"} is in use. ` +
          "Lower the game's texture quality.",
      };
    }),
};

const cpuBusy: Rule = {
  id: "cpu_busy",
  pace: "slow",
  find: ({ system }, { cpuPercent }) => {
    const value = system.cpu_usage_percent;
    return value === null || value <= cpuPercent ? [] : [{
      severity: "warning",
      metric: "system.cpu_usage_percent",
      value,
      message: `CPU: ${plain(value)} % busy. Close what is not needed, or use a hardware encoder.`,
    }];
  },
};

const memoryFull: Rule = {
  id: "memory_full",
  pace: "slow",
  find: ({ system }, { memoryPercent }) => {
    const { memory_used_gb: used, memory_total_gb: total } = system;
    if (used === null || !total) return [];
    const value = used / total * 100;
    return value <= memoryPercent ? [] : [{
      severity: "warning",
      metric: "system.memory_used_gb",
      value: used,
      message: `Memory: ${plain(value)} % in use. Close what is not needed.`,
    }];
  },
};

/** All rules, the worst kind of trouble first. */
export const RULES: readonly Rule[] = [
  reconnecting,
  recordingStalled,
  networkDrops,
  bitrateLow,
  congestion,
  encoderSkips,
  renderLag,
  lowFps,
  frameTime,
  silence,
  diskSpace,
  gpuTemperature,
  gpuThrottling,
  vramFull,
  cpuBusy,
  memoryFull,
];

function eachGpu(
  gpus: readonly Gpu[] | null,
  find: (gpu: Gpu, subject: string) => Finding | null,
): Finding[] {
  return (gpus ?? []).flatMap((gpu, index) => find(gpu, String(index)) ?? []);
}
