/** What a set of measurements comes to. */
export interface Summary {
  count: number;
  min: number;
  p25: number;
  p50: number;
  p75: number;
  p99: number;
  max: number;
}

/**
 * Sums measurements up. Percentiles are by nearest rank: a value that was really measured.
 * @throws if there are none
 */
export function summarise(values: readonly number[]): Summary {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
  if (sorted.length === 0) throw new Error("Nothing was measured");
  return {
    count: sorted.length,
    min: at(0),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p99: at(0.99),
    max: at(1),
  };
}

/** The middle one of the values by nearest rank. @throws if there are none */
export function median(values: readonly number[]): number {
  return summarise(values).p50;
}

/** A point of a series. */
export type Point = readonly [x: number, y: number];

/**
 * Slope of the straight line with the least squared distance to the points, in units of y for one
 * unit of x.
 * @throws if fewer than two different x are given
 */
export function slope(points: readonly Point[]): number {
  const mean = (pick: (point: Point) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const meanX = mean(([x]) => x);
  const meanY = mean(([, y]) => y);
  let products = 0;
  let squares = 0;
  for (const [x, y] of points) {
    products += (x - meanX) * (y - meanY);
    squares += (x - meanX) ** 2;
  }
  if (!(squares > 0)) throw new Error("A slope needs points at two moments at least");
  return products / squares;
}
