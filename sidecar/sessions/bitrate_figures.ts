/** Ratio of a bin's upper bound to its lower one: what is read from a bin is right to 0.5 %. */
const BIN_RATIO = 1.01;
const LOG_RATIO = Math.log(BIN_RATIO);

/** Share of the time that the bitrate was at or below `p5`. */
const LOW_SHARE = 0.05;

/** What is kept of a bitrate over time: as JSON, and never more than some 1,500 numbers. */
export interface BitrateState {
  /** Milliseconds that it was known for. */
  knownMs: number;
  /** kbit/s times milliseconds. */
  area: number;
  peak: number | null;
  /** Milliseconds in each bin; bin n holds 1.01^n kbit/s and a little more. */
  bins: Record<string, number>;
}

/** Mean, most, and what it was above of for 95 % of the time, all weighted by time; in kbit/s. */
export interface BitrateFigures {
  mean: number | null;
  peak: number | null;
  p5: number | null;
}

/** Nothing is known yet. */
export function newBitrate(): BitrateState {
  return { knownMs: 0, area: 0, peak: null, bins: {} };
}

/** Takes it that the bitrate was so high for so long. */
export function addBitrate(state: BitrateState, { kbps, ms }: { kbps: number; ms: number }): void {
  state.peak = Math.max(state.peak ?? 0, kbps);
  if (ms <= 0) return;
  state.knownMs += ms;
  state.area += kbps * ms;
  const bin = String(kbps < 1 ? -1 : Math.floor(Math.log(kbps) / LOG_RATIO));
  state.bins[bin] = (state.bins[bin] ?? 0) + ms;
}

/** The figures so far; null while nothing is known. */
export function bitrateFigures({ knownMs, area, peak, bins }: BitrateState): BitrateFigures {
  if (knownMs <= 0) return { mean: null, peak, p5: null };
  let passedMs = 0;
  const sorted = Object.entries(bins)
    .map(([bin, ms]) => ({ bin: Number(bin), ms }))
    .toSorted((a, b) => a.bin - b.bin);
  const low = sorted.find(({ ms }) => (passedMs += ms) >= knownMs * LOW_SHARE);
  const p5 = low === undefined || low.bin < 0 ? 0 : BIN_RATIO ** (low.bin + 0.5);
  return { mean: area / knownMs, peak, p5: Math.min(p5, peak ?? p5) };
}
