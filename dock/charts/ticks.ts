import type { Span } from "../models/chart_source.ts";
import { formatTimeOfDay } from "../models/format.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Steps of the time axis in milliseconds, of which the smallest that has room is taken. */
const TIME_STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 3, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR_MS),
];

/** A place on an axis, and what stands there. */
export interface Tick {
  value: number;
  text: string;
}

/** Whole times of day here within a span, at most `most` of them. */
export function timeTicks({ from, to }: Span, most: number): Tick[] {
  const least = (to - from) / Math.max(1, most);
  const step = TIME_STEPS_MS.find((each) => each >= least) ?? Math.ceil(least / HOUR_MS) * HOUR_MS;
  const zoneMs = new Date(from).getTimezoneOffset() * MINUTE_MS;
  const ticks: Tick[] = [];
  for (let at = Math.ceil((from - zoneMs) / step) * step + zoneMs; at <= to; at += step) {
    ticks.push({ value: at, text: formatTimeOfDay(at).slice(0, step < MINUTE_MS ? 8 : 5) });
  }
  return ticks;
}

/** Round figures from 0 to `top`, at most `most` steps; none where there is no room above 0. */
export function valueTicks(top: number, most: number): Tick[] {
  if (!(top > 0 && Number.isFinite(top))) return [];
  const least = top / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 2.5, 5].find((each) => each * power >= least) ?? 10);
  const ticks: Tick[] = [];
  for (let i = 0;; i++) {
    const value = Number((i * step).toPrecision(6));
    if (value > top) break;
    ticks.push({ value, text: String(value) });
  }
  return ticks;
}
