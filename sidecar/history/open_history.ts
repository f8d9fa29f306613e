import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Sink } from "../sinks/sink.ts";
import { createRecentHistory } from "../sinks/recent.ts";
import { type Database, openDatabase } from "./database.ts";
import type { HistorySource } from "./history_source.ts";
import { createHistoryWriter, type HistoryWriter } from "./history_writer.ts";

/** What the history needs. */
export interface HistoryOptions {
  /** history.db. */
  path: string;
  /** Seconds between two rows. */
  metricsIntervalS(): number;
  clock: Clock;
  log: Log;
}

/** What the sidecar remembers. */
export interface OpenHistory {
  /** What snapshots are written to. */
  readonly sinks: readonly Sink[];
  /** Figures over time. */
  readonly source: HistorySource;
  readonly database: Database;
  readonly writer: HistoryWriter;
  /** Writes what waits and closes the database. */
  close(): void;
}

/** Opens what the sidecar remembers. */
export function openHistory(options: HistoryOptions): OpenHistory {
  const { path, metricsIntervalS, clock, log } = options;
  const recent = createRecentHistory({ clock });
  const database = openDatabase(path);
  const writer = createHistoryWriter({ database, everyMs: () => metricsIntervalS() * 1000, log });
  return {
    sinks: [recent],
    source: recent,
    database,
    writer,
    close() {
      writer.close();
      database.close();
    },
  };
}
