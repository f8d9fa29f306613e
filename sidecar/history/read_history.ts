import { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import { type AlertRecord, AlertRecordSchema } from "../../shared/alert.ts";
import type { History } from "../../shared/api.ts";
import { type Session, SessionSchema } from "../../shared/session.ts";
import { cannotRun, CannotRunError } from "../cannot_run_error.ts";
import { APPLICATION_ID } from "./database.ts";
import type { HistoryQuery } from "./history_source.ts";
import { MIGRATIONS } from "./migrations/mod.ts";

/** Sessions as they are remembered. */
export interface SessionReader {
  /** Evenings with their outputs, the newest first. */
  list(page: { limit: number }): (Session & { outputs: Session[] })[];
  /** A session, with its outputs if it is an evening; null if there is none. */
  find(id: number): { session: Session; outputs: Session[] } | null;
  /** Up to so many sessions of the same kind and platform that ended before it, newest first. */
  earlier(session: Session, limit: number): Session[];
}

/** What is remembered, to be read only. */
export interface ReadHistory extends Disposable {
  readonly sessions: SessionReader;
  readonly alerts: {
    /** Alerts that were there at some time between two moments, the oldest first. */
    between(fromMs: number, toMs: number): AlertRecord[];
  };
  readonly series: {
    /** Figures that are kept of a time, by their dotted paths in bridge.json. */
    metricsBetween(fromMs: number, toMs: number): string[];
    /** A figure over time; null if it is not kept. */
    read(metric: string, query: HistoryQuery): History | null | Promise<History | null>;
  };
}

/** How long a sidecar that writes is waited for. */
const BUSY_MS = 5000;

/** Alerts of one session that are read at most. */
const MOST_ALERTS = 10_000;

type Row = Record<string, unknown>;

/**
 * Opens history.db without changing it, beside a running sidecar or without one.
 * @returns null if nothing was ever remembered
 * @throws CannotRunError if the file is damaged, another program's or a later version's
 */
export function openHistoryToRead(path: string): ReadHistory | null {
  if (!exists(path)) return null;
  const refuse = (cause: unknown) =>
    cause instanceof CannotRunError ? cause : cannotRun(`Cannot read ${path}`, {
      cause,
      remedy: "If it is damaged, start the sidecar: it sets the file aside and begins a new one.",
    });
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    if (!isOurs(database, path)) {
      database.close();
      return null;
    }
    return readerOf(database, refuse);
  } catch (error) {
    database?.close();
    throw refuse(error);
  }
}

/** @returns whether there is something to read. @throws CannotRunError if it is not ours */
function isOurs(database: DatabaseSync, path: string): boolean {
  const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  const [id, version] = [pragma("application_id"), pragma("user_version")];
  const tables = Number(database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
  // A sidecar has this moment begun with it.
  if (tables === 0) return false;
  if (id !== APPLICATION_ID) {
    throw new CannotRunError(
      `${path} is another program's database. Move it away, or give --data-dir DIR.`,
    );
  }
  if (version > MIGRATIONS.length) {
    throw new CannotRunError(
      `${path} was written by a later version of this program. Update this one.`,
    );
  }
  return true;
}

function readerOf(database: DatabaseSync, refuse: (cause: unknown) => Error): ReadHistory {
  const all = (sql: string, ...values: (string | number)[]): Row[] => {
    try {
      return database.prepare(sql).all(...values);
    } catch (error) {
      throw refuse(error);
    }
  };
  return {
    sessions: sessionReader(all),
    alerts: {
      between: (fromMs, toMs) =>
        all(
          "SELECT * FROM alerts WHERE timestamp <= ? AND (resolved_at IS NULL OR resolved_at >= ?) " +
            "ORDER BY timestamp, id LIMIT ?",
          toMs,
          fromMs,
          MOST_ALERTS,
        ).flatMap(alertOf),
    },
    // There is no table of them yet: the report then goes by the sessions' own figures.
    series: { metricsBetween: () => [], read: () => null },
    [Symbol.dispose]: () => database.close(),
  };
}

function sessionReader(all: (sql: string, ...values: (string | number)[]) => Row[]): SessionReader {
  const select = "SELECT s.*, e.id AS evening_id FROM stream_sessions AS s " +
    "LEFT JOIN stream_sessions AS e ON e.uid = s.evening_uid";
  const withOutputs = (row: Row) => ({
    row,
    outputs: all(`${select} WHERE s.evening_uid = ? ORDER BY s.id`, String(row["uid"]))
      .flatMap(sessionOf),
  });
  return {
    list: ({ limit }) =>
      all(`${select} WHERE s.evening_uid IS NULL ORDER BY s.id DESC LIMIT ?`, limit)
        .map(withOutputs)
        .flatMap(({ row, outputs }) => sessionOf(row).map((session) => ({ ...session, outputs }))),
    find(id) {
      const [found] = all(`${select} WHERE s.id = ?`, id).map(withOutputs);
      const [session] = found === undefined ? [] : sessionOf(found.row);
      return session === undefined ? null : { session, outputs: found?.outputs ?? [] };
    },
    earlier: ({ id, kind, platform }, limit) =>
      all(
        `${select} WHERE s.id < ? AND s.end_time IS NOT NULL AND s.platform = ? AND ` +
          `s.evening_uid IS ${kind === "evening" ? "" : "NOT "}NULL ORDER BY s.id DESC LIMIT ?`,
        id,
        platform ?? "",
        limit,
      ).flatMap(sessionOf),
  };
}

/** What a row's JSON does not tell is unknown. */
const UNKNOWN_FIGURES = {
  duration_s: 0,
  render_total_frames: null,
  render_lagged_frames: null,
  encoder_total_frames: null,
  encoder_skipped_frames: null,
  p5_bitrate_kbps: null,
  target_bitrate_kbps: null,
  reconnects: null,
  downtime_s: null,
  peak_gpu_temp: null,
  worst_minute: null,
  errors: 0,
  warnings: 0,
};

/** The session of a row; none if the row makes no sense. */
function sessionOf(row: Row): Session[] {
  const read = v.safeParse(SessionSchema, {
    ...UNKNOWN_FIGURES,
    ...figuresOf(row["data"]),
    ...row,
    kind: row["evening_uid"] === null ? "evening" : "output",
    platform: row["platform"] === "" ? null : row["platform"],
    avg_bitrate_kbps: row["avg_bitrate"],
    peak_bitrate_kbps: row["peak_bitrate"],
    notes: row["notes"] ?? "",
  });
  return read.success ? [read.output] : [];
}

function figuresOf(data: unknown): Row {
  try {
    const { figures } = JSON.parse(String(data)) ?? {};
    return typeof figures === "object" && figures !== null ? figures : {};
  } catch {
    return {};
  }
}

/** The alert of a row; none if the row makes no sense. */
function alertOf(row: Row): AlertRecord[] {
  const read = v.safeParse(AlertRecordSchema, {
    ...row,
    id: row["alert_id"],
    state: row["resolved_at"] === null ? "firing" : "resolved",
    metric: row["metric_name"],
    value: row["metric_value"],
    since: row["timestamp"],
  });
  return read.success ? [read.output] : [];
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw cannotRun(`Cannot read ${path}`, { cause: error, remedy: "Mend its permissions." });
  }
}
