/** Reads what is to be sent next from the history. */
import type { Database } from "../history/database.ts";
import { readRows } from "../history/row_reader.ts";
import type { ExportCursor } from "./export_cursor.ts";
import { type Moment, pickMoments } from "./moments.ts";

/** What is to be read. */
export interface BatchQuery {
  /** Milliseconds between two moments. */
  everyMs: number;
  /** Most moments. */
  most: number;
  /** Called between two readings, so that the rest of the program is not held up. */
  breathe(): Promise<void>;
}

/** What was read. */
export interface Batch {
  moments: Moment[];
  /** Rows that were deleted before they could be sent, by the id of the moment's row after them. */
  missing: ReadonlyMap<number, number>;
}

/** Rows that are read in one go. */
const ROWS_AT_ONCE = 32;

/** The next moments after a cursor; none while there is none that is due. */
export async function readBatch(
  database: Database,
  { position }: Pick<ExportCursor, "position">,
  { everyMs, most, breathe }: BatchQuery,
): Promise<Batch> {
  const moments: Moment[] = [];
  let at = position;
  const missing = new Map<number, number>();
  let lastId = position.rowId;
  let gone = 0;
  while (true) {
    const rows = readRows(database, { afterId: at.rowId, limit: ROWS_AT_ONCE });
    if (rows.length === 0) break;
    const { moments: found, after } = pickMoments(at, { rows, everyMs });
    const chosen = new Set(found.map(({ row }) => row.id));
    for (const { id } of rows) {
      gone += Math.max(0, id - lastId - 1);
      lastId = id;
      if (!chosen.has(id)) continue;
      if (gone > 0) missing.set(id, gone);
      gone = 0;
    }
    moments.push(...found);
    at = after;
    if (moments.length >= most || rows.length < ROWS_AT_ONCE) break;
    await breathe();
  }
  return { moments: moments.slice(0, most), missing };
}
