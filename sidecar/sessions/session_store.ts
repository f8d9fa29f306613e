import type { Database } from "../history/database.ts";
import type { HistoryWriter } from "../history/history_writer.ts";
import { added, nothing } from "./output_counts.ts";
import { createSessionReader, type SessionReader } from "./session_reader.ts";
import { readKept, type SessionRow, toRow } from "./session_row.ts";
import type { KeptSession, OutputCounts } from "./tracked_session.ts";

/** What an earlier sidecar left open, or a little while ago. */
export interface Unfinished {
  evening: KeptSession;
  open: KeptSession[];
  past: OutputCounts;
}

/** Sessions as they are kept in the database. */
export interface SessionStore extends SessionReader {
  /** Writes a session, new or again; its notes stay as they are. */
  save(kept: KeptSession): void;
  /** Writes what waits now, if the database lets it. */
  flush(): void;
  /** Name of a new session, the only one in the world, which is given a number at once. */
  newUid(): string;
  /** Number of a session in the database as it is now. */
  idOf(uid: string): number;
  /** Name of a session that is kept; null if there is none. */
  uidOf(id: number): string | null;
  /** Changes the user's notes. */
  setNotes(uid: string, notes: string): void;
  /** Deletes an evening and its outputs. */
  delete(uid: string): void;
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
  /** Numbers by uid, of sessions that the database may not have yet too. */
  const ids = new Map<string, number>();
  /** Notes and deletions that the database may not have yet. */
  const notes = new Map<string, string>();
  const deleted = new Set<string>();
  database.onSwap?.(() => {
    ids.clear();
    lastId = highestId(database);
  });
  const reader = createSessionReader(database, { notes, deleted });
  const rows = (sql: string, ...values: (string | number)[]) =>
    database.prepare(`SELECT * FROM stream_sessions WHERE ${sql}`)
      .all(...values) as unknown as SessionRow[];
  const keptId = (uid: string) => rows("uid = ?", uid)[0]?.id ?? null;

  function idOf(uid: string): number {
    const id = ids.get(uid) ?? keptId(uid) ?? ++lastId;
    ids.set(uid, id);
    return id;
  }

  return {
    ...reader,
    save(kept) {
      const row = toRow(kept);
      writer.enqueue((database) => {
        // The database may be another one by now, in which the session has another number.
        database.prepare(UPSERT).run(idOf(kept.uid), ...row);
      });
    },
    flush: () => writer.flush(),
    newUid() {
      const uid = crypto.randomUUID();
      ids.set(uid, ++lastId);
      return uid;
    },
    idOf,
    uidOf: (id) => rows("id = ?", id)[0]?.uid ?? null,
    setNotes(uid, text) {
      notes.set(uid, text);
      writer.enqueue((database) => {
        database.prepare("UPDATE stream_sessions SET notes = ? WHERE uid = ?").run(text, uid);
      });
      writer.flush();
    },
    delete(uid) {
      deleted.add(uid);
      writer.enqueue((database) => {
        database.prepare("DELETE FROM stream_sessions WHERE evening_uid = ? OR uid = ?")
          .run(uid, uid);
      });
      writer.flush();
      if (keptId(uid) === null) deleted.delete(uid);
    },
    unfinished() {
      const [row] = rows("evening_uid IS NULL ORDER BY id DESC LIMIT 1");
      if (row === undefined) return null;
      const evening = readKept(row, null);
      const outputs = rows("evening_uid = ? ORDER BY id", row.uid).map((output) =>
        readKept(output, row.id)
      );
      const over = outputs.filter(({ session }) => session.end_time !== null);
      return {
        evening,
        open: outputs.filter(({ session }) => session.end_time === null),
        past: over.map(({ session, counting }) => ({
          total: session.total_frames,
          dropped: session.dropped_frames,
          bytes: counting?.bytes ?? null,
          reconnects: session.reconnects ?? 0,
          downtimeS: session.downtime_s ?? 0,
        })).reduce(added, nothing()),
      };
    },
    endForgotten(except) {
      const forgotten = rows("end_time IS NULL").map(({ uid }) => uid)
        .filter((uid) => !except.includes(uid));
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
