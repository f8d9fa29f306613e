/** Many rows of one shape packed together, a column after the other. */
import { joinParts } from "../bytes/join_parts.ts";
import { BitReader, BitWriter } from "./bits.ts";
import { type Column, decodeColumn, encodeColumn } from "./column.ts";
import { type Cell, type KeptRow, RANGE_CELLS } from "./row.ts";
import type { RowShape } from "./row_shape.ts";
import { seal, unseal } from "./sealed.ts";

/** Order of the codes for the columns' lengths. */
const LENGTH_ORDER = 5;

/**
 * Packs rows. Lets others have their turn now and then, for it takes a while.
 * @param breathe resolves when others had their turn
 */
export async function encodeBlock(
  shape: RowShape,
  rows: readonly KeptRow[],
  breathe: () => Promise<void> | null = () => null,
): Promise<Uint8Array> {
  const words = new Map<string, number>();
  const parts: Uint8Array[] = [];
  for (const column of columnsOf(shape, { rows, words })) {
    parts.push(encodeColumn(column));
    await breathe();
  }
  parts.push(new TextEncoder().encode(JSON.stringify([...words.keys()])));
  const lengths = new BitWriter();
  for (const { length } of parts) lengths.writeGolomb(length, LENGTH_ORDER);
  return seal(joinParts([lengths.finish(), ...parts]));
}

/** Unpacks all rows. @throws RangeError if the block is damaged */
export function decodeBlock(
  shape: RowShape,
  { bytes, rows }: { bytes: Uint8Array; rows: number },
): KeptRow[] {
  const block = openBlock(shape, bytes);
  const read = (index: number) => decodeColumn(block.bytes, { at: block.at(index), rows });
  const words = JSON.parse(new TextDecoder().decode(block.bytes.subarray(block.at(block.last))));
  const times = read(0);
  const columns: (readonly Cell[])[] = shape.leaves.map(({ kind }, i) => {
    const column = read(1 + i);
    if (kind === "number" || kind === "flag") return column;
    return column.map((word) => word === null ? null : String(words[word]));
  });
  shape.ranges.forEach((_, i) => columns.push(...ranges({ shape, read, rows }, i)));
  return times.map((atMs, row) => ({
    atMs: atMs ?? 0,
    cells: columns.map((column) => column[row] ?? null),
  }));
}

/**
 * Unpacks one range: the rows' times, then least, mean and most of each.
 * @param index its number in the shape
 * @throws RangeError if the block is damaged
 */
export function decodeRange(
  shape: RowShape,
  { bytes, rows, index }: { bytes: Uint8Array; rows: number; index: number },
): [times: Column, min: Column, mean: Column, max: Column] {
  const block = openBlock(shape, bytes);
  const read = (column: number) => decodeColumn(block.bytes, { at: block.at(column), rows });
  return [read(0), ...ranges({ shape, read, rows }, index)];
}

function openBlock(shape: RowShape, sealed: Uint8Array) {
  const bytes = unseal(sealed);
  const last = 1 + shape.leaves.length + RANGE_CELLS * shape.ranges.length;
  const reader = new BitReader(bytes);
  const lengths = Array.from({ length: last + 1 }, () => reader.readGolomb(LENGTH_ORDER));
  const starts: number[] = [];
  let start = bytes.length - lengths.reduce((sum, length) => sum + length, 0);
  for (const length of lengths) {
    starts.push(start);
    start += length;
  }
  return { bytes, last, at: (column: number) => starts[column] ?? bytes.length };
}

/** All columns. Those of a range tell how far it lies from the last value, and from its middle. */
function* columnsOf(
  shape: RowShape,
  { rows, words }: { rows: readonly KeptRow[]; words: Map<string, number> },
): Iterable<Column> {
  yield rows.map(({ atMs }) => atMs);
  for (let i = 0; i < shape.leaves.length; i++) {
    yield rows.map(({ cells }) => numberOf(cells[i] ?? null, words));
  }
  for (const [i, { leaf }] of shape.ranges.entries()) {
    const first = shape.leaves.length + RANGE_CELLS * i;
    const cell = (row: KeptRow, place: number) => row.cells[place] as number | null;
    const toLast = (row: KeptRow, place: number, sign: number) => {
      const value = cell(row, place);
      return value === null ? null : sign * (value - lastOf(row.cells[leaf]));
    };
    yield rows.map((row) => toLast(row, first, -1));
    yield rows.map((row) => {
      const mean = cell(row, first + 1);
      return mean === null ? null : mean - middle(cell(row, first) ?? 0, cell(row, first + 2) ?? 0);
    });
    yield rows.map((row) => toLast(row, first + 2, 1));
  }
}

function ranges(
  { shape, read, rows }: {
    shape: RowShape;
    read: (column: number) => (number | null)[];
    rows: number;
  },
  index: number,
): [min: (number | null)[], mean: (number | null)[], max: (number | null)[]] {
  const leaf = shape.ranges[index]?.leaf ?? -1;
  const first = 1 + shape.leaves.length + RANGE_CELLS * index;
  const last = leaf === -1 ? null : read(1 + leaf);
  const [min, mean, max] = [read(first), read(first + 1), read(first + 2)];
  for (let row = 0; row < rows; row++) {
    const [below, off, above] = [min[row] ?? null, mean[row] ?? null, max[row] ?? null];
    if (below === null || off === null || above === null) continue;
    const base = lastOf(last?.[row]);
    min[row] = base - below;
    max[row] = base + above;
    mean[row] = off + middle(base - below, base + above);
  }
  return [min, mean, max];
}

function lastOf(cell: Cell | undefined): number {
  return typeof cell === "number" ? cell : 0;
}

function middle(min: number, max: number): number {
  return Math.floor((min + max) / 2);
}

/** A word as its number among the block's words. */
function numberOf(cell: Cell, words: Map<string, number>): number | null {
  if (typeof cell !== "string") return cell;
  const known = words.get(cell) ?? words.size;
  words.set(cell, known);
  return known;
}
