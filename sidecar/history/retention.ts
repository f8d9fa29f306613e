/** What of the history is too old, deleted in steps that take a moment each. */
import type { Config } from "../../shared/config.ts";
import type { Database } from "./database.ts";
import { allMetrics, HOUR_MS, hourIds, knownHours } from "./series_store.ts";

/** What is kept for how long. */
export interface Retention {
  /** Every row, and the series of all time. */
  rowsHours: number;
  /** Sessions, and the series of their time. */
  sessionsDays: number;
  alertsDays: number;
}

/** What the user's settings say of it. */
export function retentionOf({ engine }: Pick<Config, "engine">): Retention {
  return {
    rowsHours: engine.local_retention_hours,
    sessionsDays: engine.session_retention_days,
    alertsDays: engine.alert_retention_days,
  };
}

/** A step; true if there is more of it to do. */
export type RetentionStep = (database: Database) => boolean;

const DAY_MS = 24 * HOUR_MS;
/** Of each in one step. */
const LINES = 20;
const PAGES = 64;

/** Everything that is to be done now, in order. */
export function retentionSteps(
  { rowsHours, sessionsDays, alertsDays }: Retention,
  { nowMs, metrics }: { nowMs: number; metrics: readonly number[] },
): RetentionStep[] {
  const rowsFromMs = nowMs - rowsHours * HOUR_MS;
  const sessionsFromMs = nowMs - sessionsDays * DAY_MS;
  const ended = "coalesce(end_time, seen_time)";
  return [
    deleting("telemetry_snapshots", {
      where: "timestamp < ?",
      order: "timestamp",
      limit: Math.floor(rowsFromMs / 1000),
    }),
    deleting("stream_sessions", { where: `${ended} < ?`, order: "id", limit: sessionsFromMs }),
    deleting("alerts", {
      where: "coalesce(resolved_at, timestamp) < ?",
      order: "id",
      limit: nowMs - alertsDays * DAY_MS,
    }),
    ...metrics.map((metricId) => thinning(metricId, { rowsFromMs, sessionsFromMs })),
    dropUnused,
    giveBackSpace,
  ];
}

/** Ids of the figures that have series. */
export function retainedMetrics(database: Database): number[] {
  return allMetrics(database).map(({ id }) => id);
}

function deleting(
  table: string,
  { where, order, limit }: { where: string; order: string; limit: number },
): RetentionStep {
  return (database) => {
    const { changes } = database.prepare(
      `DELETE FROM ${table} WHERE id IN ` +
        `(SELECT id FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ${LINES})`,
    ).run(limit);
    return Number(changes) === LINES;
  };
}

/** Of a figure's old hours those stay in which there was a session. */
function thinning(
  metricId: number,
  { rowsFromMs, sessionsFromMs }: { rowsFromMs: number; sessionsFromMs: number },
): RetentionStep {
  return (database) => {
    const toHour = Math.floor(rowsFromMs / HOUR_MS);
    const oldHours = knownHours(database, { metricId, fromHour: 0, toHour });
    if (oldHours.length === 0) return false;
    const kept = sessionHours(database);
    const remove = database.prepare("DELETE FROM metric_series WHERE id = ?");
    for (const hour of oldHours) {
      const isKept = kept.has(hour) && (hour + 1) * HOUR_MS > sessionsFromMs;
      if (!isKept) remove.run(...hourIds(metricId, { fromHour: hour, toHour: hour }).slice(0, 1));
    }
    return false;
  };
}

function sessionHours(database: Database): Set<number> {
  const hours = new Set<number>();
  const sessions = database.prepare(
    "SELECT start_time, coalesce(end_time, seen_time) AS until FROM stream_sessions",
  ).all();
  for (const { start_time, until } of sessions) {
    const last = Math.floor(Number(until) / HOUR_MS);
    for (let hour = Math.floor(Number(start_time) / HOUR_MS); hour <= last; hour++) hours.add(hour);
  }
  return hours;
}

/** Shapes without rows, and figures of which nothing is known any more. */
function dropUnused(database: Database): boolean {
  const { changes } = database.prepare(
    "DELETE FROM row_shapes WHERE id NOT IN (SELECT DISTINCT shape FROM telemetry_snapshots)",
  ).run();
  if (Number(changes) === 0 && hasRows(database)) return false;
  const remove = database.prepare("DELETE FROM series_metrics WHERE id = ?");
  const inShapes = namesInShapes(database);
  for (const { id, name } of allMetrics(database)) {
    const [first, end] = hourIds(id, { fromHour: 0, toHour: Infinity });
    const isUsed = inShapes.has(name) || database.prepare(
          "SELECT 1 FROM metric_series WHERE id >= ? AND id < ? LIMIT 1",
        ).get(first, end) !== undefined;
    if (!isUsed) remove.run(id);
  }
  return false;
}

function hasRows(database: Database): boolean {
  return database.prepare("SELECT 1 FROM telemetry_snapshots LIMIT 1").get() !== undefined;
}

function namesInShapes(database: Database): Set<string> {
  const shapes = database.prepare("SELECT shape FROM row_shapes").all();
  return new Set(shapes.flatMap(({ shape }) => {
    const { ranges } = JSON.parse(String(shape)) as { ranges: { metric: string }[] };
    return ranges.map(({ metric }) => metric);
  }));
}

function giveBackSpace(database: Database): boolean {
  const free = Number(database.prepare("PRAGMA freelist_count").get()?.freelist_count);
  // What is deleted now is soon needed again.
  if (free < 2 * PAGES) return false;
  database.exec(`PRAGMA incremental_vacuum(${PAGES})`);
  return true;
}
