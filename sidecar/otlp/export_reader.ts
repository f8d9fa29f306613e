/** Reads what is to be sent next from the history. */
import type { Database } from "../history/database.ts";
import { readRows } from "../history/row_reader.ts";
import type { ExportCursor } from "./export_cursor.ts";
import { type Moment, pickMoments } from "./moments.ts";

/** What is to be read. */
export interface BatchQuery {
  /** Milliseconds between two moments. */
  everyMs: number;
  /** Takes a moment, in order; false if it does not fit in, which ends the reading. */
  take(moment: Moment): boolean;
  /** Called between two readings, so that the rest of the program is not held up. */
  breathe(): Promise<void>;
}

/** Rows that were deleted before they could be sent, by the id of the moment's row after them. */
export type MissingRows = ReadonlyMap<number, number>;

/** Rows that are read in one go. */
const ROWS_AT_ONCE = 32;

/** Reads the next moments after a cursor; none while there is none that is due. */
export async function readBatch(
  database: Database,
  { position }: Pick<ExportCursor, "position">,
  { everyMs, take, breathe }: BatchQuery,
): Promise<MissingRows> {
  const missing = new Map<number, number>();
  let at = position;
  let lastId = position.rowId;
  let gone = 0;
  while (true) {
    const rows = readRows(database, { afterId: at.rowId, limit: ROWS_AT_ONCE });
    const picked = pickMoments(at, { rows, everyMs });
    const moments = new Map(picked.moments.map((moment) => [moment.row.id, moment]));
    for (const { id } of rows) {
      gone += Math.max(0, id - lastId - 1);
      lastId = id;
      const moment = moments.get(id);
      if (moment === undefined) continue;
      if (!take(moment)) return missing;
      if (gone > 0) missing.set(id, gone);
      gone = 0;
    }
    if (rows.length < ROWS_AT_ONCE) return missing;
    at = picked.after;
    await breathe();
  }
}
