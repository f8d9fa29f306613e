/** How far the export is, in history.db. */
import type { Database } from "../history/database.ts";
import type { Write } from "../history/history_writer.ts";
import type { ExportPosition } from "./moments.ts";
import { NOTHING_TOLD, type ToldFacts } from "./told_facts.ts";

/** What became of what was sent. */
export interface ExportCounts {
  /** Figures that the backend took. */
  accepted: number;
  /** Figures that it did not take, and why is not known to be their age. */
  refused: number;
  /** Figures that were older than it takes. */
  tooOld: number;
  /** Rows of the history that were deleted before they could be sent. */
  expired: number;
  /** Unix milliseconds. */
  acceptedAtMs: number | null;
}

/** How far the export is, and what became of what was sent. */
export interface ExportCursor extends ExportCounts {
  position: ExportPosition;
  /** What was told of the moments that come next, as far as they were tried. */
  facts: ToldFacts;
}

/** Reads it; null before the export is first set up. */
export function readCursor(database: Database): ExportCursor | null {
  const line = database.prepare("SELECT * FROM export_cursor WHERE id = 1").get();
  if (line === undefined) return null;
  const { facts, ...rest } = readPosition(String(line.position));
  return {
    position: { rowId: Number(line.row_id), ...rest },
    facts: facts ?? NOTHING_TOLD,
    accepted: Number(line.accepted),
    refused: Number(line.refused),
    tooOld: Number(line.too_old),
    expired: Number(line.expired),
    acceptedAtMs: line.accepted_at === null ? null : Number(line.accepted_at),
  };
}

/** `facts` is absent where an earlier version wrote it. */
type KeptPosition = Omit<ExportPosition, "rowId"> & { facts?: ToldFacts };

/** What is damaged begins anew; the row that is next is known all the same. */
function readPosition(text: string): KeptPosition {
  try {
    return JSON.parse(text) as KeptPosition;
  } catch {
    return { pickedMs: null, counters: {} };
  }
}

/** Writes it. */
export function writeCursor(cursor: ExportCursor): Write {
  const { position: { rowId, ...rest }, facts, accepted, refused, tooOld, expired } = cursor;
  return (database) =>
    database.prepare(
      "INSERT OR REPLACE INTO export_cursor (id, row_id, position, accepted, refused, too_old, " +
        "expired, accepted_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
    ).run(
      rowId,
      JSON.stringify({ ...rest, facts }),
      accepted,
      refused,
      tooOld,
      expired,
      cursor.acceptedAtMs,
    );
}

/** Where an export begins that was never set up before: what was recorded until then stays here. */
export function firstCursor(database: Database): ExportCursor {
  return cursorAt(lastRowId(database));
}

/** Where an export goes on whose history was begun anew while it ran. */
export function cursorAt(rowId: number): ExportCursor {
  const position = { rowId, pickedMs: null, counters: {} };
  return {
    position,
    facts: NOTHING_TOLD,
    accepted: 0,
    refused: 0,
    tooOld: 0,
    expired: 0,
    acceptedAtMs: null,
  };
}

/** Id of the latest row; 0 without one. */
export function lastRowId(database: Database): number {
  return Number(database.prepare("SELECT max(id) AS id FROM telemetry_snapshots").get()?.id ?? 0);
}
