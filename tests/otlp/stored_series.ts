/** What a VictoriaMetrics stored, and the history that it came from. */
import { DatabaseSync } from "node:sqlite";
import type { HistoryRow } from "../../sidecar/history/row.ts";
import { readRows } from "../../sidecar/history/row_reader.ts";
import type { VictoriaMetrics } from "../peers/victoria_metrics.ts";

/** A series as VictoriaMetrics gives it back, byte for byte. */
export interface StoredSeries {
  labels: Record<string, string>;
  atMs: number[];
  values: number[];
}

/** Everything that is stored of a streamer. */
export async function storedSeries(
  store: VictoriaMetrics,
  streamer: string,
): Promise<StoredSeries[]> {
  await store.flush();
  const query = new URLSearchParams({ "match[]": `{streamer=${JSON.stringify(streamer)}}` });
  const response = await fetch(`${store.origin}/api/v1/export?${query}`);
  const lines = (await response.text()).trim().split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const { metric, timestamps, values } = JSON.parse(line);
    return { labels: metric, atMs: timestamps, values };
  });
}

/** All rows of a history.db. */
export function historyRows(path: string): HistoryRow[] {
  using database = new DatabaseSync(path, { readOnly: true });
  return readRows(database, { afterId: 0, limit: 100_000 });
}
