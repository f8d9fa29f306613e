import type { AlertRecord } from "../../shared/alert.ts";
import { type AlertStore, openAlertStore } from "../history/alert_store.ts";
import type { Database } from "../history/database.ts";
import { createHistoryWriter, type HistoryWriter } from "../history/history_writer.ts";
import { startHousekeeping } from "../history/housekeeping.ts";
import { KeptDatabase } from "../history/kept_database.ts";
import type { Retention } from "../history/retention.ts";
import { createStoredHistory, type StoredHistory } from "../history/stored_history.ts";
import type { Log } from "../log/log.ts";
import { createHistoryRows } from "../sinks/history_rows.ts";
import { createRecentHistory } from "../sinks/recent.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Clock } from "../time/clock.ts";

/** What the history needs. */
export interface HistoryOptions {
  /** history.db. */
  path: string;
  /** Seconds between two rows. */
  metricsIntervalS(): number;
  /** How long what is kept. */
  retention(): Retention;
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
  readonly source: StoredHistory;
  /** Alerts that are and were. */
  readonly alerts: AlertStore;
  readonly database: Database;
  readonly writer: HistoryWriter;
  /** What the user should know: what became of a damaged file, or why nothing is kept. */
  readonly problem: string | null;
  /** Writes what waits and closes the database. */
  close(): Promise<void>;
}

/** From a change to the transaction that it is in: what comes with it goes with it. */
const TOGETHER_MS = 20;

/** Opens what the sidecar remembers. */
export function openHistory(options: HistoryOptions): OpenHistory {
  const { path, metricsIntervalS, retention, openAlerts, clock, log } = options;
  const recent = createRecentHistory({ clock });
  const database = new KeptDatabase({ path, now: clock.now, log });
  const writer = createHistoryWriter({ database, everyMs: () => TOGETHER_MS, log });
  const rows = createHistoryRows({
    writer,
    everyS: metricsIntervalS,
    isWanted: () => database.isKept || database.isLockedOut,
    clock,
  });
  const alerts = openAlertStore({ database, writer, open: openAlerts, now: () => clock.now() });
  const housekeeping = startHousekeeping({ database, writer, retention, clock, log });
  return {
    sinks: [recent, rows],
    source: createStoredHistory({ database, recent, monotonic: clock.monotonic }),
    alerts,
    database,
    writer,
    get problem() {
      return writer.problem ?? database.problem;
    },
    async close() {
      alerts.close();
      const isTidy = housekeeping.stop();
      await writer.close();
      await isTidy;
      database.close();
    },
  };
}
