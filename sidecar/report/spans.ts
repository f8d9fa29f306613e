/** Stretches of time in which a figure was bad. */
import type { HistoryPoint } from "../../shared/api.ts";

/** A stretch of time, in Unix milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** A stretch of time in which frames were lost. */
export interface Loss extends Span {
  /** Percent of its frames that were lost. */
  share: number;
  /** Percent of the frames of its worst minute. */
  worst: number;
}

/** Stretches that lie near to one another. */
export interface Cluster<S extends Span> extends Span {
  parts: readonly S[];
}

/** Over how long bridge.json's `recent_*` shares are taken. */
export const WINDOW_MS = 60_000;

/** Trouble with less between it is told as one. */
const NEAR_MS = 120_000;

/** Stretches of one kind that are told one by one; of more, those near to one another are joined. */
const MOST_CLUSTERS = 8;

/** Part of its worst at which a share is taken to begin to rise, and to have fallen. */
const FOOT = 0.05;

/** Part of its worst at which a share has risen as far as it does. */
const CUT_TOP = 0.95;

/** What finding a figure's bad stretches needs. */
export interface RunOptions {
  /** Time that a point stands for. */
  stepMs: number;
  /** Shorter stretches are left out. */
  atLeastMs?: number;
}

/** Stretches whose points are bad one after another; a good one alone does not part them. */
export function badRuns(
  points: readonly HistoryPoint[],
  isBad: (point: HistoryPoint) => boolean,
  { stepMs, atLeastMs = 0 }: RunOptions,
): Span[] {
  const runs: Span[] = [];
  for (const point of points) {
    if (!isBad(point)) continue;
    const [at] = point;
    const last = runs.at(-1);
    if (last !== undefined && at - last.to <= stepMs) last.to = at + stepMs;
    else runs.push({ from: at, to: at + stepMs });
  }
  return runs.filter(({ from, to }) => to - from >= atLeastMs);
}

/**
 * Stretches in which frames were lost, out of a share over the last 60 s. Such a share rises when
 * the losses begin and has fallen 60 s after they ended, and each lost frame counts in it for 60 s:
 * so its integral over time is that of the losses themselves.
 * @param limit percent that the share must exceed
 */
export function losses(
  points: readonly HistoryPoint[],
  limit: number,
  { stepMs }: RunOptions,
): Loss[] {
  const found: Loss[] = [];
  let after = 0;
  for (let index = 0; index < points.length; index++) {
    if ((points[index]?.[3] ?? 0) <= limit) continue;
    const run = wholeRun(points, { index, after, stepMs });
    found.push(lossOf(points, run, stepMs));
    index = run.last;
    // What still falls is no new loss.
    while (
      !run.isCut && index + 1 < points.length &&
      (points[index + 1]?.[3] ?? 0) <= (points[index]?.[3] ?? 0)
    ) index++;
    after = index + 1;
  }
  return found;
}

/** Joins what lies near to one another, so that few enough remain. */
export function clusters<S extends Span>(spans: readonly S[], nearMs = NEAR_MS): Cluster<S>[] {
  const sorted = spans.toSorted((a, b) => a.from - b.from || a.to - b.to);
  for (let near = nearMs;; near *= 2) {
    const found: { from: number; to: number; parts: S[] }[] = [];
    for (const span of sorted) {
      const last = found.at(-1);
      if (last !== undefined && span.from - last.to <= near) {
        last.to = Math.max(last.to, span.to);
        last.parts.push(span);
      } else found.push({ from: span.from, to: span.to, parts: [span] });
    }
    if (found.length <= MOST_CLUSTERS) return found;
  }
}

/** What was lost in several stretches together. */
export function together(parts: readonly Loss[]): { share: number; worst: number } {
  const length = ({ from, to }: Span) => Math.max(1, to - from);
  const whole = parts.reduce((sum, part) => sum + length(part), 0);
  const lost = parts.reduce((sum, part) => sum + part.share * length(part), 0);
  return {
    share: whole === 0 ? 0 : lost / whole,
    worst: parts.reduce((worst, part) => Math.max(worst, part.worst), 0),
  };
}

/** Whether the two have time in common, or less than `withinMs` between them. */
export function overlap(a: Span, b: Span, withinMs = 0): boolean {
  return a.from <= b.to + withinMs && b.from <= a.to + withinMs;
}

/** First and last point of a run around one that is bad: the whole hill that it stands on. */
function wholeRun(
  points: readonly HistoryPoint[],
  { index, after, stepMs }: { index: number; after: number; stepMs: number },
): { first: number; last: number; isCut: boolean } {
  const isNear = (a: number, b: number) =>
    (points[b]?.[0] ?? Infinity) - (points[a]?.[0] ?? -Infinity) <= Math.max(stepMs * 3, WINDOW_MS);
  const foot = (from: number) => FOOT * (points[from]?.[2] ?? 0);
  let last = index;
  let top = index;
  while (isNear(last, last + 1) && (points[last + 1]?.[2] ?? 0) > foot(top)) {
    last++;
    if ((points[last]?.[2] ?? 0) > (points[top]?.[2] ?? 0)) top = last;
  }
  let first = index;
  while (first > after && isNear(first - 1, first) && (points[first - 1]?.[2] ?? 0) > foot(top)) {
    first--;
  }
  return { first, last, isCut: !isNear(last, last + 1) };
}

function lossOf(
  points: readonly HistoryPoint[],
  { first, last, isCut }: { first: number; last: number; isCut: boolean },
  stepMs: number,
): Loss {
  const own = points.slice(first, last + 1);
  const from = own[0]?.[0] ?? 0;
  const seenTo = (own.at(-1)?.[0] ?? 0) + stepMs;
  const worst = own.reduce((most, [, , , max]) => Math.max(most, max), 0);
  const to = isCut
    ? cutEnd(own, { worst, from, seenTo }) + stepMs
    : Math.max(from + stepMs, seenTo - WINDOW_MS);
  const lengthMs = Math.max(1, to - from);
  const share = isCut
    // Early in a stream the share is over the time since its begin.
    ? worst * Math.min(WINDOW_MS, to - (points[0]?.[0] ?? from)) / Math.min(WINDOW_MS, lengthMs)
    : own.reduce((sum, [, , mean]) => sum + mean * stepMs, 0) / lengthMs;
  return { from, to, share: Math.min(100, share), worst: Math.min(100, worst) };
}

/**
 * When frames were lost last, where a share is cut off before it fell. For the first minute it rises
 * as long as frames are lost and stands still after that; later it stands still as long as frames
 * are lost and falls after that.
 */
function cutEnd(
  points: readonly HistoryPoint[],
  { worst, from, seenTo }: { worst: number; from: number; seenTo: number },
): number {
  const isHigh = ([, , , max]: HistoryPoint) => max >= worst * CUT_TOP;
  const high = seenTo - from <= WINDOW_MS ? points.find(isHigh) : points.findLast(isHigh);
  return high?.[0] ?? from;
}
