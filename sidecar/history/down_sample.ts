import type { HistoryPoint } from "../../shared/api.ts";
import type { HistoryQuery } from "./history_source.ts";

/**
 * Puts points together until no more are left than wanted. Each then stands for a span of time of
 * the same length, and keeps the least and the most of all in it. Spans begin at multiples of their
 * length, so that points keep their places while time goes on.
 * @param fine oldest first
 */
export function downSample(
  fine: readonly HistoryPoint[],
  { fromMs, toMs, points }: HistoryQuery,
): HistoryPoint[] {
  const wanted = fine.filter(([at]) => at >= fromMs && at < toMs);
  const [first, last] = [wanted[0], wanted.at(-1)];
  if (first === undefined || last === undefined || wanted.length <= points) return wanted;
  const widthMs = spanOf({ firstMs: first[0], lastMs: last[0], points });
  const result: HistoryPoint[] = [];
  for (let i = 0; i < wanted.length;) {
    const [at, least, , most] = wanted[i] ?? first;
    const group = Math.floor(at / widthMs);
    let [min, sum, max, count] = [least, 0, most, 0];
    for (; i < wanted.length; i++) {
      const point = wanted[i] ?? first;
      if (Math.floor(point[0] / widthMs) !== group) break;
      if (point[1] < min) min = point[1];
      if (point[3] > max) max = point[3];
      sum += point[2];
      count++;
    }
    result.push([at, min, Math.round(sum / count * 1000) / 1000, max]);
  }
  return result;
}

function spanOf(
  { firstMs, lastMs, points }: { firstMs: number; lastMs: number; points: number },
): number {
  // A single span is all of them, wherever it begins.
  if (points === 1) return Infinity;
  let widthMs = Math.max(1, Math.ceil((lastMs - firstMs + 1) / points));
  while (Math.floor(lastMs / widthMs) - Math.floor(firstMs / widthMs) + 1 > points) widthMs++;
  return widthMs;
}
