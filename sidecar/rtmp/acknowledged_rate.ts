import type { AcknowledgementSample } from "./acknowledgements.ts";

/** What a server's acknowledgements say of the link. */
export interface AcknowledgedRate {
  kbps: number;
  /** 1 for the same rate in every second, towards 0 the more they differ. */
  stability: number;
}

/** Fewest acknowledgements that make a slope. */
const MIN_SAMPLES = 4;

/** Samples that slopes are taken between: enough, and no more than 1,225 pairs. */
const MAX_SAMPLES = 50;

/** Least share of the time that lies between two samples whose slope counts. */
const MIN_SPAN = 1 / 3;

const SECOND_MS = 1000;

/**
 * The rate at which the server received between `fromMs` and `toMs`: the median of the slopes
 * between acknowledgements far apart (Theil and Sen). A delay on the way, however long the
 * buffers, moves all alike and does not change it; and where a lost packet held back everything
 * behind it, one acknowledgement comes late, which moves no median.
 * @returns null if there are too few, or if they span less than half of the time
 */
export function acknowledgedRate(
  samples: readonly AcknowledgementSample[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): AcknowledgedRate | null {
  const within = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const first = within[0];
  const last = within.at(-1);
  if (first === undefined || last === undefined || within.length < MIN_SAMPLES) return null;
  const spanMs = last.atMs - first.atMs;
  if (spanMs <= 0 || spanMs < (toMs - fromMs) / 2) return null;
  return {
    kbps: 8 * medianSlope(thinned(within), spanMs * MIN_SPAN),
    stability: stability(within, { fromMs: first.atMs, toMs: last.atMs }),
  };
}

function thinned(samples: readonly AcknowledgementSample[]): AcknowledgementSample[] {
  const every = Math.ceil(samples.length / MAX_SAMPLES);
  return samples.filter((_, index) => index % every === 0 || index === samples.length - 1);
}

/** Bytes per millisecond. */
function medianSlope(samples: readonly AcknowledgementSample[], minSpanMs: number): number {
  const slopes: number[] = [];
  for (const from of samples) {
    for (const to of samples) {
      if (to.atMs - from.atMs < minSpanMs) continue;
      slopes.push((to.bytes - from.bytes) / (to.atMs - from.atMs));
    }
  }
  slopes.sort((a, b) => a - b);
  const middle = (slopes.length - 1) / 2;
  return ((slopes[Math.floor(middle)] ?? 0) + (slopes[Math.ceil(middle)] ?? 0)) / 2;
}

/** 1 less the spread of the seconds' rates (standard deviation by mean). */
function stability(
  samples: readonly AcknowledgementSample[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): number {
  const seconds: number[] = [];
  const marks = bytesAt(samples, { fromMs, toMs });
  for (let index = 1; index < marks.length; index++) {
    seconds.push((marks[index] ?? 0) - (marks[index - 1] ?? 0));
  }
  if (seconds.length < 2) return 1;
  const mean = seconds.reduce((sum, each) => sum + each, 0) / seconds.length;
  const variance = seconds.reduce((sum, each) => sum + (each - mean) ** 2, 0) / seconds.length;
  return mean <= 0 ? 0 : Math.max(0, 1 - Math.sqrt(variance) / mean);
}

/** Bytes received at each whole second, straight between two acknowledgements. */
function bytesAt(
  samples: readonly AcknowledgementSample[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): number[] {
  const marks: number[] = [];
  let at = 0;
  for (let mark = fromMs; mark <= toMs; mark += SECOND_MS) {
    while (at + 2 < samples.length && (samples[at + 1]?.atMs ?? mark) < mark) at++;
    const left = samples[at];
    const right = samples[at + 1];
    if (left === undefined || right === undefined) break;
    const part = right.atMs === left.atMs ? 1 : (mark - left.atMs) / (right.atMs - left.atMs);
    marks.push(left.bytes + Math.min(1, Math.max(0, part)) * (right.bytes - left.bytes));
  }
  return marks;
}
