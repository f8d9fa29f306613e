import type { Config } from "../../shared/config.ts";

/** Where good ends: from here on a warning, from there on an error. */
export interface Limits {
  warning: number;
  error: number;
}

/** How long trouble of one kind must last before it is told, and be gone to be over. */
export interface Pace {
  holdMs: number;
  recoveryMs: number;
}

/** What the rules compare with. */
export interface Thresholds {
  /**
   * Percent of the last seconds' frames that the network dropped, the GPU lagged or the encoder
   * skipped.
   */
  lostFramesPercent: Limits;
  /** Frames that must be lost before their share says anything. */
  leastLostFrames: number;
  /** Percent of the target frame rate below which the picture stutters. */
  fpsPercent: Limits;
  /** Percent of the time for one frame that rendering takes. */
  frameTimePercent: Limits;
  /** Free space on the recording volume in GiB. */
  diskFreeGb: Limits;
  /** Minutes until the recording volume is full. */
  recordMinutesLeft: Limits;
  /** Percent of the target bitrate below which it is too low. */
  bitratePercent: Limits;
  gpuTemperatureCelsius: Limits;
  /** Fill of the send queue, 0 to 1. No error: frames that are lost are one. */
  congestion: number;
  /** Percent of the card's memory in use. It, CPU and memory only warn: they harm indirectly. */
  vramPercent: number;
  cpuPercent: number;
  memoryPercent: number;
}

/** How the user wants to be told. */
export interface AlertSettings {
  /** Whether figures are judged at all. */
  enabled: boolean;
  thresholds: Thresholds;
  /** Milliseconds that the share of lost frames is taken over. */
  windowMs: number;
  /** By kind: lost frames and a full disk; figures of one moment; what harms slowly; others. */
  paces: Record<"steady" | "momentary" | "slow" | "silence" | "recordingStalled", Pace>;
}

/**
 * What `[alerts]` says. Its defaults are OBS's own limits where OBS has some: lost frames, frame
 * rate, frame time and disk are those of its Stats dock (obs-studio,
 * frontend/widgets/OBSBasicStats.cpp). A send queue that is full holds 700 ms of video, from where
 * on OBS drops frames (plugins/obs-outputs/rtmp-stream.c). The others are this project's: NVIDIA's
 * cards begin to slow down from 83 to 93 °C.
 */
export function alertSettings(alerts: Config["alerts"]): AlertSettings {
  const limits = (warning: number, error: number): Limits => ({ warning, error });
  const pace = (holdS: number, recoveryS: number): Pace => ({
    holdMs: holdS * 1000,
    recoveryMs: recoveryS * 1000,
  });
  return {
    enabled: alerts.enabled,
    windowMs: alerts.lost_frames_window * 1000,
    thresholds: {
      lostFramesPercent: limits(alerts.lost_frames_warning, alerts.lost_frames_error),
      leastLostFrames: alerts.lost_frames_least,
      fpsPercent: limits(alerts.fps_warning, alerts.fps_error),
      frameTimePercent: limits(alerts.frame_time_warning, alerts.frame_time_error),
      diskFreeGb: limits(alerts.disk_free_warning, alerts.disk_free_error),
      recordMinutesLeft: limits(alerts.record_minutes_warning, alerts.record_minutes_error),
      bitratePercent: limits(alerts.bitrate_warning, alerts.bitrate_error),
      gpuTemperatureCelsius: limits(alerts.gpu_temperature_warning, alerts.gpu_temperature_error),
      congestion: alerts.congestion_warning / 100,
      vramPercent: alerts.vram_warning,
      cpuPercent: alerts.cpu_warning,
      memoryPercent: alerts.memory_warning,
    },
    paces: {
      steady: pace(alerts.steady_hold, alerts.steady_recovery),
      momentary: pace(alerts.momentary_hold, alerts.momentary_recovery),
      slow: pace(alerts.slow_hold, alerts.slow_recovery),
      // Sound that is heard ends silence, as a file that grows ends a standstill.
      silence: pace(alerts.silence_hold, 0),
      recordingStalled: pace(alerts.recording_stalled_hold, 0),
    },
  };
}

/** dBFS below which a source is silent; null where the user wants nobody to listen. */
export function silenceLevelDb(
  { enabled, silence, silence_level }: Config["alerts"],
): number | null {
  return enabled && silence ? silence_level : null;
}
