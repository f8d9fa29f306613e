/** An hour of one figure at 10 s: where something is known, its least, mean and most. */
import { BitReader, BitWriter } from "./bits.ts";
import { decodeColumn, encodeColumn } from "./column.ts";
import { seal, unseal } from "./sealed.ts";

/** Span of a point. */
export const SERIES_STEP_MS = 10_000;
/** Points of an hour. */
export const HOUR_STEPS = 360;

/** A point of the series: its place in the hour, from 0; figures as they are kept. */
export type SeriesPoint = [slot: number, min: number, mean: number, max: number];

/** Order of the codes for what stands before the columns. */
const HEAD_ORDER = 7;

/** Packs an hour. */
export function encodeSeries(points: readonly SeriesPoint[]): Uint8Array {
  const columns = [
    points.map(([slot]) => slot),
    points.map(([, , mean]) => mean),
    points.map(([, min, mean]) => mean - min),
    points.map(([, , mean, max]) => max - mean),
  ].map(encodeColumn);
  const head = new BitWriter();
  head.writeGolomb(points.length, HEAD_ORDER);
  for (const { length } of columns) head.writeGolomb(length, HEAD_ORDER);
  const parts = [head.finish(), ...columns];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return seal(bytes);
}

/** Unpacks an hour. @throws RangeError if it is damaged */
export function decodeSeries(sealed: Uint8Array): SeriesPoint[] {
  const bytes = unseal(sealed);
  const head = new BitReader(bytes);
  const rows = head.readGolomb(HEAD_ORDER);
  if (rows > HOUR_STEPS) throw new RangeError("No hour has so many points");
  const lengths = Array.from({ length: 4 }, () => head.readGolomb(HEAD_ORDER));
  let at = bytes.length - lengths.reduce((sum, length) => sum + length, 0);
  const [slots = [], means = [], belows = [], aboves = []] = lengths.map((length) => {
    const column = decodeColumn(bytes, { at, rows });
    at += length;
    return column;
  });
  return slots.map((slot, i) => {
    const mean = means[i] ?? 0;
    return [slot ?? 0, mean - (belows[i] ?? 0), mean, mean + (aboves[i] ?? 0)];
  });
}

/**
 * Adds points to an hour. A place that is taken already, because the clock told that time twice,
 * then holds both.
 */
export function mergeSeries(
  old: readonly SeriesPoint[],
  added: readonly SeriesPoint[],
): SeriesPoint[] {
  const points = new Map(old.map((point) => [point[0], point]));
  for (const [slot, min, mean, max] of added) {
    const there = points.get(slot);
    points.set(
      slot,
      there === undefined ? [slot, min, mean, max] : [
        slot,
        Math.min(there[1], min),
        Math.round((there[2] + mean) / 2),
        Math.max(there[3], max),
      ],
    );
  }
  return [...points.values()].sort(([a], [b]) => a - b);
}
