import * as v from "valibot";
import { type Session, SessionSchema } from "../../shared/session.ts";
import type { Database } from "../history/database.ts";
import { readSession, type SessionRow } from "./session_row.ts";

/** An evening with its outputs, oldest first. */
export type EveningWithOutputs = Session & { outputs: Session[] };

/** A session, with its outputs if it is an evening. */
export interface FoundSession {
  session: Session;
  outputs: Session[];
}

/** Sessions as they are remembered. What makes no sense is left out. */
export interface SessionReader {
  /** Evenings with their outputs, the one begun last first. @param before id they come after */
  list(page: { limit: number; before?: number }): EveningWithOutputs[];
  /** A session; null if there is none. */
  find(id: number): FoundSession | null;
  /** Up to so many sessions of the same kind and platform that ended before it, newest first. */
  earlier(session: Session, limit: number): Session[];
}

/** What is asked for and not in the database yet. */
export interface PendingEdits {
  /** Notes by the session's uid. */
  notes: Map<string, string>;
  /** Uids of evenings that are to be deleted. */
  deleted: ReadonlySet<string>;
}

const NO_EDITS: PendingEdits = { notes: new Map(), deleted: new Set() };

/** Makes the reader. Statements are prepared where they are used: the file may change. */
export function createSessionReader(
  database: Pick<Database, "prepare">,
  { notes, deleted }: PendingEdits = NO_EDITS,
): SessionReader {
  const rows = (sql: string, ...values: (string | number)[]) =>
    database.prepare(`SELECT * FROM stream_sessions WHERE ${sql}`)
      .all(...values) as unknown as SessionRow[];

  function read(row: SessionRow, eveningId: number | null): Session[] {
    const session = readSession(row, eveningId);
    if (!v.is(SessionSchema, session)) return [];
    const edited = notes.get(row.uid);
    if (edited === undefined) return [session];
    if (edited === session.notes) notes.delete(row.uid);
    return [{ ...session, notes: edited }];
  }

  const outputsOf = ({ uid, id }: SessionRow) =>
    rows("evening_uid = ? ORDER BY id", uid).flatMap((output) => read(output, id));

  function eveningIdOf({ evening_uid: uid }: SessionRow): number | null {
    return uid === null ? null : rows("uid = ?", uid)[0]?.id ?? null;
  }

  return {
    list({ limit, before = Number.MAX_SAFE_INTEGER }) {
      return rows(
        "evening_uid IS NULL AND id < ? ORDER BY id DESC LIMIT ?",
        before,
        limit + deleted.size,
      )
        .filter(({ uid }) => !deleted.has(uid))
        .slice(0, limit)
        .flatMap((row) =>
          read(row, null).map((evening) => ({ ...evening, outputs: outputsOf(row) }))
        );
    },
    find(id) {
      const [row] = rows("id = ?", id);
      if (row === undefined || deleted.has(row.evening_uid ?? row.uid)) return null;
      const [session] = read(row, eveningIdOf(row));
      const outputs = row.evening_uid === null ? outputsOf(row) : [];
      return session === undefined ? null : { session, outputs };
    },
    earlier({ id, kind, platform }, limit) {
      return rows(
        "id < ? AND end_time IS NOT NULL AND platform = ? AND " +
          `evening_uid IS ${kind === "evening" ? "" : "NOT "}NULL ORDER BY id DESC LIMIT ?`,
        id,
        platform ?? "",
        limit,
      ).flatMap((row) => read(row, eveningIdOf(row)));
    },
  };
}
