import { DatabaseSync } from "node:sqlite";

const LAST_SESSIONS = 10;
/** What is told of a session. Names and the user's notes are not. */
const SESSION_COLUMNS = [
  "start_time",
  "end_time",
  "ended",
  "platform",
  "total_frames",
  "dropped_frames",
  "avg_bitrate",
  "peak_bitrate",
];

/** What history.db holds. */
export interface HistorySummary {
  bytes: number;
  schema_version: number;
  /** Rows of each table. */
  tables: Record<string, number>;
  /** Newest first. */
  sessions: Record<string, unknown>[];
}

/**
 * Looks into history.db without changing it, also while a sidecar writes it.
 * @returns null if there is none yet; the reason if it cannot be read
 */
export async function historySummary(
  path: string,
): Promise<HistorySummary | { problem: string } | null> {
  try {
    const { size } = await Deno.stat(path);
    return { bytes: size, ...contentsOf(path) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function contentsOf(path: string): Omit<HistorySummary, "bytes"> {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
  try {
    const names = database.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    ).all().map(({ name }) => String(name));
    const rows = names.map((name) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      const { n } = database.prepare(`SELECT count(*) AS n FROM ${quoted}`).get() ?? {};
      return [name, Number(n)] as const;
    });
    const { user_version } = database.prepare("PRAGMA user_version").get() ?? {};
    const sessions = names.includes("stream_sessions") ? lastSessions(database) : [];
    return { schema_version: Number(user_version), tables: Object.fromEntries(rows), sessions };
  } finally {
    database.close();
  }
}

function lastSessions(database: DatabaseSync): Record<string, unknown>[] {
  const present = new Set(
    database.prepare("SELECT name FROM pragma_table_info('stream_sessions')").all()
      .map(({ name }) => String(name)),
  );
  const columns = SESSION_COLUMNS.filter((name) => present.has(name));
  if (!present.has("start_time")) return [];
  return database.prepare(
    `SELECT ${columns.join(", ")} FROM stream_sessions ORDER BY start_time DESC LIMIT ?`,
  ).all(LAST_SESSIONS);
}
