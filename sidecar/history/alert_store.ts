import { type AlertRecord, type AlertState } from "../../shared/alert.ts";
import type { AlertEvent } from "../../shared/api.ts";
import { SEVERITIES, type Severity } from "../../shared/severity.ts";
import type { Database } from "./database.ts";
import type { HistoryWriter } from "./history_writer.ts";

/** Which alerts are wanted. Times are Unix milliseconds. */
export interface AlertQuery {
  state?: AlertState;
  /** Alerts that were there at some time between these two. */
  fromMs?: number;
  toMs?: number;
  limit: number;
}

/** The alerts that are and were. */
export interface AlertStore {
  /** Keeps what a verdict changed. */
  take(event: AlertEvent): void;
  /** The newest first. */
  list(query: AlertQuery): AlertRecord[];
  /** Those that were told and were there at some time between two moments, the oldest first. */
  between(fromMs: number, toMs: number): AlertRecord[];
  /** Notes that what fires is told no longer: the sidecar stops. */
  close(): void;
}

/** What the store needs. */
export interface AlertStoreOptions {
  database: Database;
  writer: Pick<HistoryWriter, "enqueue" | "flush">;
  /** What is pending or fires; pending alerts are in memory alone. */
  open(): readonly AlertRecord[];
  now(): number;
}

/** Most alerts of one session that a report takes. */
const MAX_BETWEEN = 10_000;

const COLUMNS = "uid, alert_id, timestamp, fired_at, resolved_at, severity, message, " +
  "metric_name, metric_value";

/**
 * Opens the alerts in the history. Those that a killed sidecar left open end when it last wrote a
 * row of the history; so they do in a file that can be opened only later.
 */
export function openAlertStore({ database, writer, open, now }: AlertStoreOptions): AlertStore {
  takeUp();
  database.onSwap?.(takeUp);

  function takeUp(): void {
    const firing = open().filter(({ state }) => state === "firing");
    const nowMs = Math.round(now());
    writer.enqueue((into) => endLeftOpen(into, { except: firing.map(({ uid }) => uid), nowMs }));
    for (const alert of firing) writer.enqueue((into) => save(into, alert));
  }

  const read = (query: AlertQuery): AlertRecord[] => {
    writer.flush();
    return readAlerts(database, query);
  };
  return {
    take: ({ alert }) => writer.enqueue((into) => save(into, alert)),
    list(query) {
      const { state, fromMs = 0, toMs = Infinity, limit } = query;
      const pending = state === undefined || state === "pending"
        ? open().filter((alert) => alert.state === "pending" && alert.since <= toMs)
          .filter(() => now() >= fromMs)
        : [];
      const told = state === "pending" ? [] : read(query);
      return [...pending, ...told].toSorted((a, b) => b.since - a.since).slice(0, limit);
    },
    between(fromMs, toMs) {
      writer.flush();
      return alertsBetween(database, { fromMs, toMs });
    },
    close() {
      const endMs = Math.round(now());
      writer.enqueue((into) =>
        into.prepare(
          "UPDATE alerts SET resolved = 1, resolved_at = MAX(fired_at, ?) WHERE resolved = 0",
        ).run(endMs)
      );
    },
  };
}

/** Alerts that were told and were there at some time between two moments, the oldest first. */
export function alertsBetween(
  database: Pick<Database, "prepare">,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): AlertRecord[] {
  return readAlerts(database, { fromMs, toMs, limit: MAX_BETWEEN }).reverse();
}

/** Alerts that were told, the newest first. */
function readAlerts(database: Pick<Database, "prepare">, query: AlertQuery): AlertRecord[] {
  const { sql, values } = selection(query);
  return database.prepare(sql).all(...values).map(recordOf);
}

/** The row written last tells it, not the one with the latest time: the clock may be set back. */
function endLeftOpen(
  database: Database,
  { except, nowMs }: { except: readonly string[]; nowMs: number },
): void {
  database.prepare(`
    UPDATE alerts SET resolved = 1, resolved_at = MAX(fired_at, MIN(?, COALESCE(
      (SELECT timestamp * 1000 FROM telemetry_snapshots ORDER BY id DESC LIMIT 1), fired_at)))
    WHERE resolved = 0 AND uid NOT IN (SELECT value FROM json_each(?))`)
    .run(nowMs, JSON.stringify(except));
}

function save(database: Database, alert: AlertRecord): void {
  database.prepare(`
    INSERT INTO alerts (${COLUMNS}, resolved) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (uid) DO UPDATE SET
      resolved_at = excluded.resolved_at, severity = excluded.severity,
      message = excluded.message, metric_name = excluded.metric_name,
      metric_value = excluded.metric_value, resolved = excluded.resolved`).run(
    alert.uid,
    alert.id,
    alert.since,
    alert.fired_at ?? alert.since,
    alert.resolved_at,
    alert.severity,
    alert.message,
    alert.metric,
    alert.value,
    alert.resolved_at === null ? 0 : 1,
  );
}

function selection({ state, fromMs, toMs, limit }: AlertQuery): { sql: string; values: number[] } {
  const conditions: [sql: string, value: number][] = [];
  if (state !== undefined) conditions.push(["resolved = ?", state === "resolved" ? 1 : 0]);
  if (toMs !== undefined) conditions.push(["timestamp <= ?", toMs]);
  if (fromMs !== undefined) conditions.push(["(resolved = 0 OR resolved_at >= ?)", fromMs]);
  const where = conditions.map(([sql]) => sql).join(" AND ") || "TRUE";
  return {
    sql: `SELECT ${COLUMNS} FROM alerts WHERE ${where} ORDER BY timestamp DESC, id DESC LIMIT ?`,
    values: [...conditions.map(([, value]) => value), limit],
  };
}

type Row = Record<string, unknown>;

function recordOf(row: Row): AlertRecord {
  const resolvedAt = numberOrNull(row["resolved_at"]);
  const state: AlertState = resolvedAt === null ? "firing" : "resolved";
  return {
    id: String(row["alert_id"]),
    uid: String(row["uid"]),
    state,
    severity: severityOf(row["severity"]),
    message: String(row["message"]),
    metric: row["metric_name"] === null ? null : String(row["metric_name"]),
    value: numberOrNull(row["metric_value"]),
    since: Number(row["timestamp"]),
    fired_at: numberOrNull(row["fired_at"]),
    resolved_at: resolvedAt,
  };
}

function severityOf(value: unknown): Severity {
  return SEVERITIES.find((severity) => severity === value) ?? "info";
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
