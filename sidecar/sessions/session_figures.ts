import { addBitrate, bitrateFigures, type BitrateState, newBitrate } from "./bitrate_figures.ts";
import {
  addFrames,
  type FrameGrowth,
  newWorstMinute,
  type WorstMinute,
  worstMinute,
  type WorstMinuteState,
} from "./worst_minute.ts";

/** Start-up of a stream, in which its bitrate says nothing yet. */
const START_UP_MS = 10_000;

/** A pair of OBS's counters: frames, and those of them that were lost. */
export interface FrameCounts {
  total: number | null;
  lost: number | null;
}

/** Growth of a pair of counters that may fall back to zero. */
interface CountedFrames {
  /** Null until it was seen twice. */
  grown: FrameGrowth | null;
  last: FrameGrowth | null;
}

/** What is kept of a session's figures over time, as JSON. */
export interface FiguresState {
  /** Milliseconds that it was watched. */
  watchedMs: number;
  bitrate: BitrateState;
  gpu: { knownMs: number; area: number; peak: number | null };
  render: CountedFrames;
  encoder: CountedFrames;
  worst: WorstMinuteState;
}

/** What a session is at one moment. */
export interface FiguresSample {
  /** Place of the moment before on the session's axis of time, in milliseconds. */
  at: number;
  /** Milliseconds since the moment before; 0 if nobody watched. */
  ms: number;
  /** Null while it is not known, or not worth keeping: reconnecting. */
  bitrateKbps: number | null;
  /** Frames for the network since the moment before. */
  network: FrameGrowth;
  render: FrameCounts;
  encoder: FrameCounts;
  gpuCelsius: number | null;
}

/** A session's figures that come out of the whole of its time. */
export interface SummedFigures {
  duration_s: number;
  avg_bitrate_kbps: number | null;
  peak_bitrate_kbps: number | null;
  p5_bitrate_kbps: number | null;
  avg_gpu_temp: number | null;
  peak_gpu_temp: number | null;
  render_total_frames: number | null;
  render_lagged_frames: number | null;
  encoder_total_frames: number | null;
  encoder_skipped_frames: number | null;
  /** Its `at` is a place on the session's axis of time. */
  worst_minute: WorstMinute | null;
}

/** Nothing is known yet. */
export function newFigures(): FiguresState {
  return {
    watchedMs: 0,
    bitrate: newBitrate(),
    gpu: { knownMs: 0, area: 0, peak: null },
    render: { grown: null, last: null },
    encoder: { grown: null, last: null },
    worst: newWorstMinute(),
  };
}

/** Takes a session as it is at one moment. */
export function addSample(state: FiguresState, sample: FiguresSample): void {
  const { at, ms, bitrateKbps, gpuCelsius } = sample;
  const growth = {
    network: sample.network,
    gpu: grow(state.render, sample.render),
    encoder: grow(state.encoder, sample.encoder),
  };
  addFrames(state.worst, { at, ms, growth });
  if (bitrateKbps !== null && state.watchedMs >= START_UP_MS) {
    addBitrate(state.bitrate, { kbps: bitrateKbps, ms });
  }
  if (gpuCelsius !== null) {
    state.gpu.knownMs += ms;
    state.gpu.area += gpuCelsius * ms;
    state.gpu.peak = Math.max(state.gpu.peak ?? gpuCelsius, gpuCelsius);
  }
  state.watchedMs += ms;
}

/** A break begins: what OBS counts until the next sample is not the session's. */
export function beginBreak(state: FiguresState): void {
  state.render.last = null;
  state.encoder.last = null;
}

/** The figures so far; unknown is null. */
export function summedFigures(state: FiguresState): SummedFigures {
  const { watchedMs, gpu, render, encoder } = state;
  const { mean, peak, p5 } = bitrateFigures(state.bitrate);
  return {
    duration_s: watchedMs / 1000,
    avg_bitrate_kbps: mean,
    peak_bitrate_kbps: peak,
    p5_bitrate_kbps: p5,
    avg_gpu_temp: gpu.knownMs > 0 ? gpu.area / gpu.knownMs : gpu.peak,
    peak_gpu_temp: gpu.peak,
    render_total_frames: render.grown?.total ?? null,
    render_lagged_frames: render.grown?.lost ?? null,
    encoder_total_frames: encoder.grown?.total ?? null,
    encoder_skipped_frames: encoder.grown?.lost ?? null,
    worst_minute: worstMinute(state.worst),
  };
}

/** Takes a pair's values; both fall when OBS sets them to zero, and then all of them is growth. */
function grow(state: CountedFrames, { total, lost }: FrameCounts): FrameGrowth {
  if (total === null || lost === null) return { total: 0, lost: 0 };
  const { last } = state;
  const isReset = last !== null && (total < last.total || lost < last.lost);
  const growth = last === null
    ? { total: 0, lost: 0 }
    : isReset
    ? { total, lost }
    : { total: total - last.total, lost: lost - last.lost };
  state.grown = {
    total: (state.grown?.total ?? 0) + growth.total,
    lost: (state.grown?.lost ?? 0) + growth.lost,
  };
  state.last = { total, lost };
  return growth;
}
