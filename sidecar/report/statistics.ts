/** Robust statistics of few figures. */

/** The middle figure; null of none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  // Without a comparison in JavaScript: an evening has thousands of points.
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : low + (high - low) / 2;
}

/**
 * How far figures usually lie from their median, on the scale of a standard deviation: the median
 * absolute deviation, times 1.4826 (F. R. Hampel, "The influence curve and its role in robust
 * estimation", JASA 69, 1974). 0 of none.
 */
export function usualSpread(values: readonly number[]): number {
  const middle = median(values);
  if (middle === null) return 0;
  return 1.4826 * (median(values.map((value) => Math.abs(value - middle))) ?? 0);
}

/**
 * Median of the slopes between all pairs, a figure (P. K. Sen, "Estimates of the regression
 * coefficient based on Kendall's tau", JASA 63, 1968). 0 of less than two.
 */
export function theilSenSlope(values: readonly number[]): number {
  const slopes: number[] = [];
  for (const [i, first] of values.entries()) {
    for (let j = i + 1; j < values.length; j++) slopes.push(((values[j] ?? 0) - first) / (j - i));
  }
  return median(slopes) ?? 0;
}

/**
 * How likely figures without a trend would rise or fall as steadily as these: the exact two-sided
 * Mann–Kendall test (M. G. Kendall, "Rank Correlation Methods", 1948). Equal figures count neither
 * way, which makes it stricter.
 */
export function trendChance(values: readonly number[]): number {
  let s = 0;
  for (const [i, first] of values.entries()) {
    for (let j = i + 1; j < values.length; j++) s += Math.sign((values[j] ?? 0) - first);
  }
  if (s === 0) return 1;
  const ways = inversionCounts(values.length);
  const pairs = values.length * (values.length - 1) / 2;
  const all = ways.reduce((sum, count) => sum + count, 0);
  // An order with k inversions has S = pairs − 2k.
  const asExtreme = ways.reduce(
    (sum, count, k) => pairs - 2 * k >= Math.abs(s) ? sum + count : sum,
    0,
  );
  return Math.min(1, 2 * asExtreme / all);
}

/** How many orders of `n` different figures have k inversions, for each k. */
function inversionCounts(n: number): number[] {
  let counts = [1];
  for (let size = 2; size <= n; size++) {
    const next = new Array<number>(counts.length + size - 1).fill(0);
    for (const [k, count] of counts.entries()) {
      for (let shift = 0; shift < size; shift++) next[k + shift] = (next[k + shift] ?? 0) + count;
    }
    counts = next;
  }
  return counts;
}
