import type { HistoryRing } from "./history_ring.ts";
import { bitrateMetric } from "./samples.ts";

/** Buckets that a spark shows: three minutes. */
export const SPARK_BUCKETS = 90;

/** Height of a spark in the units of its path; the buckets are its width. */
export const SPARK_HEIGHT = 20;

/** An output's bitrate of the last three minutes as an SVG path. A gap in it is a gap. */
export function sparkPath(
  ring: HistoryRing,
  { outputId, targetKbps }: { outputId: string; targetKbps: number | null },
): string {
  const values: (number | null)[] = new Array(SPARK_BUCKETS).fill(null);
  ring.read(bitrateMetric(outputId), { reading: "mean", into: values });
  const top = Math.max(1, (targetKbps ?? 0) * 1.3, ...values.map((value) => value ?? 0));
  let path = "";
  let isOpen = false;
  values.forEach((value, x) => {
    if (value !== null) {
      const y = (SPARK_HEIGHT - 1) * (1 - value / top) + 0.5;
      path += `${isOpen ? "L" : "M"}${x} ${y.toFixed(1)}`;
      // A lone point between two gaps is seen as a dot.
      if (!isOpen) path += "h.01";
    }
    isOpen = value !== null;
  });
  return path;
}
