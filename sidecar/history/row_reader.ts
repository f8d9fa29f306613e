/** Reads rows of the history in the order in which they were written, packed or not. */
import type { Database } from "./database.ts";
import { type HistoryRow, type KeptRow, restoreRow } from "./row.ts";
import { decodeBlock } from "./row_block.ts";
import type { RowShape } from "./row_shape.ts";

/** What of the rows is wanted. */
export interface RowQuery {
  /** The rows after this one; 0 for the first. */
  afterId: number;
  /** Most rows of the answer. */
  limit: number;
}

/** A line of `telemetry_snapshots`. */
export interface StoredRows {
  /** Of the last row in it. */
  id: number;
  shapeId: number;
  /** How many are packed; null for one as it came. */
  rows: number | null;
  data: Uint8Array;
}

/** Lines that are read in one go: packed ones hold many rows. */
const LINES_AT_ONCE = 16;

/**
 * Rows in the order of their ids, which go up and stay as they are. What is damaged is left out.
 * Fewer than `limit` means that there are no more.
 */
export function readRows(database: Database, { afterId, limit }: RowQuery): HistoryRow[] {
  const shapes = shapeReader(database);
  const found: HistoryRow[] = [];
  let after = afterId;
  while (found.length < limit) {
    const lines = linesAfter(database, { id: after, limit: LINES_AT_ONCE });
    if (lines.length === 0) break;
    for (const line of lines) {
      after = line.id;
      const shape = shapes(line.shapeId);
      const rows = shape === null ? [] : openRows(shape, line);
      for (const [i, row] of rows.entries()) {
        const id = line.id - rows.length + 1 + i;
        if (shape !== null && id > afterId && found.length < limit) {
          found.push(restoreRow(shape, row, id));
        }
      }
    }
  }
  return found;
}

/** Lines in the order of their ids. */
export function linesAfter(
  database: Database,
  { id, limit }: { id: number; limit: number },
): StoredRows[] {
  return database.prepare(
    "SELECT id, shape, rows, data FROM telemetry_snapshots WHERE id > ? ORDER BY id LIMIT ?",
  ).all(id, limit).map(toLine);
}

/** One line; null if it is not there any more. */
export function lineOf(database: Database, id: number): StoredRows | null {
  const line = database.prepare(
    "SELECT id, shape, rows, data FROM telemetry_snapshots WHERE id = ?",
  ).get(id);
  return line === undefined ? null : toLine(line);
}

/** Gives shapes by their ids, null for none; it remembers them for as long as it is used. */
export function shapeReader(database: Database): (id: number) => RowShape | null {
  const known = new Map<number, RowShape | null>();
  return (id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const text = database.prepare("SELECT shape FROM row_shapes WHERE id = ?").get(id)?.shape;
    const shape = typeof text === "string" ? JSON.parse(text) as RowShape : null;
    known.set(id, shape);
    return shape;
  };
}

/** The rows of a line; none if it is damaged. */
export function openRows(shape: RowShape, { rows, data }: StoredRows): KeptRow[] {
  try {
    if (rows !== null) return decodeBlock(shape, { bytes: data, rows });
    const [atMs, ...cells] = JSON.parse(new TextDecoder().decode(data));
    return [{ atMs, cells }];
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Id of the last line that is packed; 0 if none is. */
export function lastPackedId(database: Database): number {
  const line = database.prepare(
    "SELECT id FROM telemetry_snapshots WHERE rows IS NOT NULL ORDER BY id DESC LIMIT 1",
  ).get();
  return Number(line?.id ?? 0);
}

function toLine(line: Record<string, unknown>): StoredRows {
  return {
    id: Number(line.id),
    shapeId: Number(line.shape),
    rows: line.rows === null ? null : Number(line.rows),
    data: line.data as Uint8Array,
  };
}
