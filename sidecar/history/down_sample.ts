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
  let [group, sum, count] = [NaN, 0, 0];
  for (const [at, min, mean, max] of wanted) {
    const current = Math.floor(at / widthMs);
    const point = result.at(-1);
    if (point === undefined || current !== group) {
      [group, sum, count] = [current, mean, 1];
      result.push([at, min, mean, max]);
      continue;
    }
    sum += mean;
    count++;
    point[1] = Math.min(point[1], min);
    point[2] = Math.round(sum / count * 1000) / 1000;
    point[3] = Math.max(point[3], max);
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
