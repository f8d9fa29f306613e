/** Where good ends: from here on a warning, from there on an error. */
export interface Limits {
  warning: number;
  error: number;
}

/** What the rules compare with. */
export interface Thresholds {
  /** Percent of the frames of 60 s that the network dropped, the GPU lagged, the encoder skipped. */
  lostFramesPercent: Limits;
  /** Percent of the target frame rate below which the picture stutters. */
  fpsPercent: Limits;
  /** Percent of the time for one frame that rendering takes. */
  frameTimePercent: Limits;
  /** Free space on the recording volume in GiB. */
  diskFreeGb: Limits;
  /** Minutes until the recording volume is full. */
  recordMinutesLeft: Limits;
  /** Fill of the send queue, 0 to 1. No error: frames that are lost are one. */
  congestion: number;
  /** Percent of the target bitrate below which it is too low. */
  bitratePercent: Limits;
  gpuTemperatureCelsius: Limits;
  /** Percent of the card's memory in use. It, CPU and memory only warn: they harm indirectly. */
  vramPercent: number;
  cpuPercent: number;
  memoryPercent: number;
}

/**
 * OBS's own limits where it has some: lost frames, frame rate, frame time and disk are those of
 * its Stats dock (obs-studio, frontend/widgets/OBSBasicStats.cpp). A congestion of 1 is 700 ms of
 * queued video, from where on OBS drops frames (plugins/obs-outputs/rtmp-stream.c). The others are
 * this project's: NVIDIA's cards begin to slow down from 83 to 93 °C.
 */
export const DEFAULT_THRESHOLDS: Thresholds = {
  lostFramesPercent: { warning: 1, error: 5 },
  fpsPercent: { warning: 95, error: 80 },
  frameTimePercent: { warning: 75, error: 100 },
  diskFreeGb: { warning: 5, error: 1 },
  recordMinutesLeft: { warning: 30, error: 5 },
  congestion: 0.5,
  bitratePercent: { warning: 50, error: 20 },
  gpuTemperatureCelsius: { warning: 85, error: 92 },
  vramPercent: 95,
  cpuPercent: 90,
  memoryPercent: 90,
};
