import type { Limits, Thresholds } from "./thresholds.ts";

/** Degrees below its limit at which heat is over. */
const CELSIUS = 2;

/** Percent points below its limit at which processor, memory or a card's memory is free again. */
const PERCENT_POINTS = 3;

/** The same of the time for one frame that rendering takes. */
const FRAME_TIME_POINTS = 5;

/** Fill of the send queue, 0 to 1, below its limit at which it is free again. */
const CONGESTION = 0.1;

/** How many times its limit the free space, or the time it lasts, must be to be enough again. */
const ROOM = 1.1;

/**
 * Limits for what is already told: a figure must be better than what set it off by a margin for it
 * to be over, so that one which hovers at its limit is one alert and not hundreds. Shares of lost
 * frames, frame rate and bitrate have none: there, windows do the same.
 */
export function eased(thresholds: Thresholds): Thresholds {
  const { gpuTemperatureCelsius, frameTimePercent, diskFreeGb, recordMinutesLeft } = thresholds;
  return {
    ...thresholds,
    gpuTemperatureCelsius: each(gpuTemperatureCelsius, (limit) => lower(limit, CELSIUS)),
    frameTimePercent: each(frameTimePercent, (limit) => lower(limit, FRAME_TIME_POINTS)),
    diskFreeGb: each(diskFreeGb, (limit) => limit * ROOM),
    recordMinutesLeft: each(recordMinutesLeft, (limit) => limit * ROOM),
    congestion: lower(thresholds.congestion, CONGESTION),
    vramPercent: lower(thresholds.vramPercent, PERCENT_POINTS),
    cpuPercent: lower(thresholds.cpuPercent, PERCENT_POINTS),
    memoryPercent: lower(thresholds.memoryPercent, PERCENT_POINTS),
  };
}

function each({ warning, error }: Limits, ease: (limit: number) => number): Limits {
  return { warning: ease(warning), error: ease(error) };
}

function lower(limit: number, margin: number): number {
  return Math.max(limit - margin, 0);
}
