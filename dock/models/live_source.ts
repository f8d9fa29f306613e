import type { ChartSource } from "./chart_source.ts";
import type { HistoryFeed } from "./history_feed.ts";
import { BUCKET_MS } from "./history_ring.ts";

/** The last 15 minutes, as charts are drawn from them. */
export function liveSource({ ring, version }: HistoryFeed): ChartSource {
  return {
    version,
    get span() {
      return ring.span;
    },
    marks: [],
    trace: (metric) => ({ points: ring.points(metric), gapMs: BUCKET_MS }),
    at: (metric, atMs) => ring.at(metric, atMs),
    summary: (metric) => ring.summary(metric),
  };
}
