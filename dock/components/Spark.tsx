import type { JSX } from "preact";
import type { HistoryFeed } from "../models/history_feed.ts";
import type { OutputView } from "../models/outputs.ts";
import { SPARK_BUCKETS, SPARK_HEIGHT, sparkPath } from "../models/spark.ts";

/** An output's bitrate of the last three minutes; the figure beside it says it in words. */
export function Spark(
  { output, history }: { output: OutputView; history: HistoryFeed },
): JSX.Element {
  history.version.value;
  const { id: outputId, targetKbps } = output;
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${SPARK_BUCKETS} ${SPARK_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={sparkPath(history.ring, { outputId, targetKbps })} />
    </svg>
  );
}
