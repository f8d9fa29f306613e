import type { Session } from "../../shared/session.ts";
import type { Database } from "../history/database.ts";
import type { HistoryWriter } from "../history/history_writer.ts";
import { added, nothing } from "./output_counts.ts";
import { readKept, readSession, type SessionRow, toRow } from "./session_row.ts";
import type { KeptSession, OutputCounts } from "./tracked_session.ts";

/** An evening with its outputs, oldest first. */
export type EveningWithOutputs = Session & { outputs: Session[] };

/** What an earlier sidecar left open, or a little while ago. */
export interface Unfinished {
  evening: KeptSession;
  open: KeptSession[];
  past: OutputCounts;
}

/** Sessions as they are kept in the database. */
export interface SessionStore {
  /** Writes a session, new or again; its notes stay as they are. */
  save(kept: KeptSession): void;
  /** Writes what waits now, if the database lets it. */
  flush(): void;
  /** A number for a new session. */
  nextId(): number;
  /** Evenings, the one begun last first. @param before id of the evening that they come after */
  list(page: { limit: number; before?: number }): EveningWithOutputs[];
  /** A session, with its outputs if it is an evening; null if there is none. */
  find(id: number): { session: Session; outputs: Session[] } | null;
  /** Up to so many sessions of the same kind and platform that ended before it, newest first. */
  earlier(session: Session, limit: number): Session[];
  /** Changes the user's notes. */
  setNotes(id: number, notes: string): void;
  /** Deletes an evening and its outputs. */
  delete(id: number): void;
  /** The last evening, if it may go on; null else. */
  unfinished(): Unfinished | null;
  /** Ends sessions that no sidecar will go on with, where they were seen last. */
  endForgotten(except: readonly string[]): void;
}

const COLUMNS = "uid, evening_uid, output_id, name, platform, start_time, end_time, seen_time, " +
  "ended, total_frames, dropped_frames, avg_bitrate, peak_bitrate, avg_gpu_temp, data";

const UPSERT = `INSERT INTO stream_sessions (id, ${COLUMNS})
VALUES (?${", ?".repeat(COLUMNS.split(",").length)})
ON CONFLICT(uid) DO UPDATE SET ${
  COLUMNS.split(", ").slice(1).map((name) => `${name} = excluded.${name}`).join(", ")
}`;

/** Makes the store. What it writes goes through the history's writer; it reads at once. */
export function createSessionStore(
  { database, writer }: { database: Database; writer: HistoryWriter },
): SessionStore {
  let lastId = highestId(database);
  /** Notes and deletions that the database may not have yet. */
  const notes = new Map<number, string>();
  const deleted = new Set<number>();
  const evenings = database.prepare(
    "SELECT * FROM stream_sessions WHERE evening_uid IS NULL AND id < ? ORDER BY id DESC LIMIT ?",
  );
  const ofEvening = database.prepare(
    "SELECT * FROM stream_sessions WHERE evening_uid = ? ORDER BY id",
  );
  const byId = database.prepare("SELECT * FROM stream_sessions WHERE id = ?");
  const eveningOf = database.prepare("SELECT id FROM stream_sessions WHERE uid = ?");

  const rows = (found: unknown[]) => found as SessionRow[];

  function read(row: SessionRow, eveningId: number | null): Session {
    const session = readSession(row, eveningId);
    const edited = notes.get(row.id);
    if (edited === undefined) return session;
    if (edited === session.notes) notes.delete(row.id);
    return { ...session, notes: edited };
  }

  const outputsOf = (row: SessionRow) =>
    rows(ofEvening.all(row.uid)).map((output) => read(output, row.id));

  function eveningIdOf(row: SessionRow): number | null {
    if (row.evening_uid === null) return null;
    const found = eveningOf.get(row.evening_uid);
    return found === undefined ? null : Number(found["id"]);
  }

  return {
    save(kept) {
      const row = toRow(kept);
      writer.enqueue((database) => {
        database.prepare(UPSERT).run(kept.session.id, ...row);
      });
    },
    flush: () => writer.flush(),
    nextId: () => ++lastId,
    list({ limit, before = Number.MAX_SAFE_INTEGER }) {
      return rows(evenings.all(before, limit + deleted.size))
        .filter(({ id }) => !deleted.has(id))
        .slice(0, limit)
        .map((row) => ({ ...read(row, null), outputs: outputsOf(row) }));
    },
    find(id) {
      const [row] = rows(byId.all(id));
      if (row === undefined) return null;
      const eveningId = eveningIdOf(row);
      if (deleted.has(id) || (eveningId !== null && deleted.has(eveningId))) return null;
      return {
        session: read(row, eveningId),
        outputs: row.evening_uid === null ? outputsOf(row) : [],
      };
    },
    earlier({ id, kind, platform }, limit) {
      const found = rows(
        database.prepare(
          `SELECT * FROM stream_sessions WHERE id < ? AND end_time IS NOT NULL AND platform = ? AND
           evening_uid IS ${kind === "evening" ? "" : "NOT "}NULL ORDER BY id DESC LIMIT ?`,
        ).all(id, platform ?? "", limit),
      );
      return found.map((row) => read(row, eveningIdOf(row)));
    },
    setNotes(id, text) {
      notes.set(id, text);
      writer.enqueue((database) => {
        database.prepare("UPDATE stream_sessions SET notes = ? WHERE id = ?").run(text, id);
      });
      writer.flush();
    },
    delete(id) {
      deleted.add(id);
      writer.enqueue((database) => {
        database.prepare(
          "DELETE FROM stream_sessions WHERE evening_uid = " +
            "(SELECT uid FROM stream_sessions WHERE id = ?)",
        ).run(id);
        database.prepare("DELETE FROM stream_sessions WHERE id = ?").run(id);
      });
      writer.flush();
      if (byId.get(id) === undefined) deleted.delete(id);
    },
    unfinished() {
      const [row] = rows(evenings.all(Number.MAX_SAFE_INTEGER, 1));
      if (row === undefined) return null;
      const evening = readKept(row, null);
      const outputs = rows(ofEvening.all(row.uid)).map((output) => readKept(output, row.id));
      const over = outputs.filter(({ session }) => session.end_time !== null);
      return {
        evening,
        open: outputs.filter(({ session }) => session.end_time === null),
        past: over.map(({ session }) => ({
          total: session.total_frames,
          dropped: session.dropped_frames,
          reconnects: session.reconnects ?? 0,
          downtimeS: session.downtime_s ?? 0,
        })).reduce(added, nothing()),
      };
    },
    endForgotten(except) {
      const forgotten = rows(
        database.prepare("SELECT * FROM stream_sessions WHERE end_time IS NULL").all(),
      ).filter(({ uid }) => !except.includes(uid)).map(({ uid }) => uid);
      if (forgotten.length === 0) return;
      writer.enqueue((database) => {
        const end = database.prepare(
          "UPDATE stream_sessions SET end_time = max(start_time, seen_time), " +
            "ended = 'sidecar_stopped' WHERE uid = ? AND end_time IS NULL",
        );
        for (const uid of forgotten) end.run(uid);
      });
    },
  };
}

/** Numbers are never given twice, not even that of a deleted session. */
function highestId(database: Database): number {
  const given = database.prepare(
    "SELECT max(seq) AS id FROM sqlite_sequence WHERE name = 'stream_sessions'",
  ).get();
  return Number(given?.["id"] ?? 0);
}
