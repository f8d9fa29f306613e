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
  /** Rows that are missing before the first: they were deleted before they could be sent. */
  expired: number;
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
  let expired = 0;
  for (let isFirst = true;; isFirst = false) {
    const rows = readRows(database, { afterId: at.rowId, limit: ROWS_AT_ONCE });
    const [first] = rows;
    if (first === undefined) break;
    if (isFirst) expired = Math.max(0, first.id - at.rowId - 1);
    const { moments: found, after } = pickMoments(at, { rows, everyMs });
    moments.push(...found);
    at = after;
    if (moments.length >= most || rows.length < ROWS_AT_ONCE) break;
    await breathe();
  }
  return { moments: moments.slice(0, most), expired };
}
