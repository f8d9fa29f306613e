import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Sink } from "../sinks/sink.ts";
import { createRecentHistory } from "../sinks/recent.ts";
import type { AlertRecord } from "../../shared/alert.ts";
import { type AlertStore, openAlertStore } from "./alert_store.ts";
import { openDatabase } from "./database.ts";
import type { HistorySource } from "./history_source.ts";
import { createHistoryWriter } from "./history_writer.ts";

/** What the history needs. */
export interface HistoryOptions {
  /** history.db. */
  path: string;
  /** Seconds between two rows. */
  metricsIntervalS(): number;
  /** Alerts that are pending or fire now. */
  openAlerts(): readonly AlertRecord[];
  clock: Clock;
  log: Log;
}

/** What the sidecar remembers. */
export interface OpenHistory {
  /** What snapshots are written to. */
  readonly sinks: readonly Sink[];
  /** Figures over time. */
  readonly source: HistorySource;
  /** Alerts that are and were. */
  readonly alerts: AlertStore;
  /** Writes what waits and closes the database. */
  close(): void;
}

/** Opens what the sidecar remembers. */
export function openHistory(options: HistoryOptions): OpenHistory {
  const { path, metricsIntervalS, openAlerts, clock, log } = options;
  const recent = createRecentHistory({ clock });
  const database = openDatabase(path);
  const writer = createHistoryWriter({ database, everyMs: () => metricsIntervalS() * 1000, log });
  const alerts = openAlertStore({ database, writer, open: openAlerts, now: () => clock.now() });
  return {
    sinks: [recent],
    source: recent,
    alerts,
    close() {
      alerts.close();
      writer.close();
      database.close();
    },
  };
}
