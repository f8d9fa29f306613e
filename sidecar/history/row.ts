/** One row of the history, as it is kept: whole numbers and words in the order of its shape. */
import type { Telemetry } from "../../shared/telemetry.ts";
import { fromKept, toKept } from "./resolution.ts";
import type { Leaf, Path, RowFigures, RowShape } from "./row_shape.ts";

/** A number as it is kept, or a word. */
export type Cell = number | string | null;

/** A row as it is kept. */
export interface KeptRow {
  /** Unix milliseconds. */
  atMs: number;
  /** One for each leaf of the shape, then least, mean and most of each of its ranges. */
  cells: readonly Cell[];
}

/** Least, mean and most of a figure. */
export interface Range {
  min: number;
  mean: number;
  max: number;
}

/** A row of the history: the snapshot's figures as they were last, and how far they went. */
export interface HistoryRow {
  /** Goes up with every row, and stays the same for ever. */
  id: number;
  /** Unix milliseconds of the last snapshot in it. */
  written_at_ms: number;
  health: { overall: Telemetry["health"]["overall"] };
  system: Telemetry["system"];
  obs: Telemetry["obs"];
  network: Telemetry["network"];
  /** By dotted paths in bridge.json, an output by its id. */
  ranges: ReadonlyMap<string, Range>;
}

/** Cells that a range takes. */
export const RANGE_CELLS = 3;

/** Makes a row of a snapshot's figures. */
export function keepRow(
  shape: RowShape,
  { figures, atMs, ranges }: {
    figures: RowFigures;
    atMs: number;
    ranges: ReadonlyMap<string, Range>;
  },
): KeptRow {
  const cells: Cell[] = shape.leaves.map((leaf) => toCell(at(figures, leaf.path), leaf));
  for (const { metric, decimals } of shape.ranges) {
    const range = ranges.get(metric);
    if (range === undefined) cells.push(null, null, null);
    else {
      const { min, mean, max } = range;
      cells.push(toKept(min, decimals), toKept(mean, decimals), toKept(max, decimals));
    }
  }
  return { atMs, cells };
}

/** The row that was kept. */
export function restoreRow(shape: RowShape, { atMs, cells }: KeptRow, id: number): HistoryRow {
  const root: Record<string, unknown> = {};
  for (const [path, value] of shape.fixed) put(root, path, Array.isArray(value) ? [] : value);
  shape.leaves.forEach((leaf, i) => put(root, leaf.path, fromCell(cells[i] ?? null, leaf)));
  for (const [path, of] of shape.same) put(root, path, at(root, of));
  const ranges = new Map<string, Range>();
  shape.ranges.forEach(({ metric }, i) => {
    const range = rangeOf(shape, cells, i);
    if (range !== null) ranges.set(metric, range);
  });
  return { id, written_at_ms: atMs, ...root as unknown as RowFigures, ranges };
}

/** A range of a row by its number in the shape; null if nothing was known. */
export function rangeOf(shape: RowShape, cells: readonly Cell[], index: number): Range | null {
  const first = shape.leaves.length + RANGE_CELLS * index;
  const [min, mean, max] = [cells[first], cells[first + 1], cells[first + 2]];
  const { decimals } = shape.ranges[index] ?? { decimals: 0 };
  if (typeof min !== "number" || typeof mean !== "number" || typeof max !== "number") return null;
  return {
    min: fromKept(min, decimals),
    mean: fromKept(mean, decimals),
    max: fromKept(max, decimals),
  };
}

function toCell(value: unknown, { kind, decimals }: Leaf): Cell {
  if (value === null || value === undefined) return null;
  if (kind === "number") return toKept(Number(value), decimals);
  if (kind === "flag") return Number(value);
  return kind === "list" ? JSON.stringify(value) : String(value);
}

function fromCell(cell: Cell, { kind, decimals }: Leaf): unknown {
  if (cell === null) return null;
  if (kind === "number") return fromKept(Number(cell), decimals);
  if (kind === "flag") return cell === 1;
  return kind === "list" ? JSON.parse(String(cell)) : cell;
}

function at(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) value = (value as Record<string, unknown> | null)?.[step];
  return value;
}

/** Puts a value into its place; what lies on the way there is made, arrays for numbers. */
function put(root: Record<string, unknown>, path: Path, value: unknown): void {
  let place = root;
  path.forEach((step, i) => {
    const next = path[i + 1];
    if (next === undefined) place[step] = value;
    else place = (place[step] ??= typeof next === "number" ? [] : {}) as Record<string, unknown>;
  });
}
