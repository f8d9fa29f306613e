/** Packs rows that have come, and adds them to the series. */
import type { Database } from "./database.ts";
import type { Write } from "./history_writer.ts";
import type { KeptRow } from "./row.ts";
import { RANGE_CELLS } from "./row.ts";
import { encodeBlock } from "./row_block.ts";
import { lastPackedId, linesAfter, openRows, shapeReader } from "./row_reader.ts";
import type { RowShape } from "./row_shape.ts";
import { HOUR_STEPS, SERIES_STEP_MS, type SeriesPoint } from "./series_block.ts";
import { growHour, type GrownHour, metricId, writeHour } from "./series_store.ts";

/** Most rows of one packing. */
const MOST_ROWS = 600;
/** Rows are packed when there are so many, or when the first of them is so old. */
const ENOUGH_ROWS = 240;
const ENOUGH_MS = 10 * 60_000;

/** Rows that follow each other and have the same shape. */
interface Run {
  shapeId: number;
  shape: RowShape;
  firstId: number;
  rows: KeptRow[];
}

/**
 * Prepares the packing of the rows that have come since the last one: all but those of the 10 s that
 * may still go on. Takes its time, and lets others have their turn.
 * @param breathe resolves when others had their turn; null if that is not needed yet
 * @returns what makes the change, all of it or nothing; null if it is not worth it yet
 */
export async function preparePacking(
  database: Database,
  breathe: () => Promise<void> | null = () => null,
): Promise<Write | null> {
  const runs = findRuns(database);
  if (runs === null) return null;
  const blocks: { run: Run; data: Uint8Array }[] = [];
  for (const run of runs) {
    blocks.push({ run, data: await encodeBlock(run.shape, run.rows, breathe) });
  }
  const hours: GrownHour[] = [];
  const metrics = new Set(runs.flatMap(({ shape }) => shape.ranges.map(({ metric }) => metric)));
  for (const metric of metrics) {
    const id = metricId(database, metric);
    if (id === null) continue;
    for (const [hour, points] of pointsOf(metric, runs)) {
      hours.push(growHour(database, { metricId: id, hour, points }));
      await breathe();
    }
  }
  return (database) => {
    for (const { run, data } of blocks) writeBlock(database, { run, data });
    for (const hour of hours) writeHour(database, hour);
  };
}

function writeBlock(database: Database, { run, data }: { run: Run; data: Uint8Array }): void {
  const { firstId, rows, shapeId } = run;
  const lastId = firstId + rows.length - 1;
  const times = rows.map(({ atMs }) => atMs);
  const { changes } = database.prepare(
    "DELETE FROM telemetry_snapshots WHERE id BETWEEN ? AND ? AND rows IS NULL",
  ).run(firstId, lastId);
  if (Number(changes) !== rows.length) {
    throw new Error("Rows of the history changed while they were packed");
  }
  database.prepare(
    "INSERT INTO telemetry_snapshots (id, timestamp, first_ms, shape, rows, data) " +
      "VALUES (?, ?, ?, ?, ?, ?)",
  ).run(
    lastId,
    Math.floor(Math.max(...times) / 1000),
    Math.min(...times),
    shapeId,
    rows.length,
    data,
  );
}

function findRuns(database: Database): Run[] | null {
  const shapes = shapeReader(database);
  const lines = linesAfter(database, { id: lastPackedId(database), limit: MOST_ROWS });
  const runs: Run[] = [];
  for (const line of lines) {
    const shape = shapes(line.shapeId);
    const [row] = shape === null ? [] : openRows(shape, line);
    if (shape === null || row === undefined) continue;
    const run = runs.at(-1);
    if (run?.shapeId === line.shapeId && run.firstId + run.rows.length === line.id) {
      run.rows.push(row);
    } else runs.push({ shapeId: line.shapeId, shape, firstId: line.id, rows: [row] });
  }
  const newest = runs.at(-1)?.rows.at(-1);
  const oldest = runs[0]?.rows[0];
  if (newest === undefined || oldest === undefined) return null;
  const isEnough = lines.length >= ENOUGH_ROWS ||
    Math.abs(newest.atMs - oldest.atMs) >= ENOUGH_MS;
  if (!isEnough) return null;
  while (runs.length > 0) {
    const rows = runs.at(-1)?.rows ?? [];
    while (rows.length > 0 && stepOf(rows.at(-1)) === stepOf(newest)) rows.pop();
    if (rows.length > 0) break;
    runs.pop();
  }
  return runs.length === 0 ? null : runs;
}

function stepOf(row: KeptRow | undefined): number {
  return Math.max(0, Math.floor((row?.atMs ?? 0) / SERIES_STEP_MS));
}

/** What is known of 10 s. */
interface Sum {
  min: number;
  sum: number;
  max: number;
  rows: number;
}

/** A figure's points of 10 s by hour. */
function pointsOf(metric: string, runs: readonly Run[]): Map<number, SeriesPoint[]> {
  const steps = new Map<number, Sum>();
  for (const { shape, rows } of runs) {
    const index = shape.ranges.findIndex((range) => range.metric === metric);
    if (index === -1) continue;
    const first = shape.leaves.length + RANGE_CELLS * index;
    for (const row of rows) addTo(steps, row, first);
  }
  const hours = new Map<number, SeriesPoint[]>();
  for (const [step, { min, sum, max, rows }] of steps) {
    const hour = Math.floor(step / HOUR_STEPS);
    const points = hours.get(hour) ?? [];
    hours.set(hour, points);
    points.push([step - hour * HOUR_STEPS, min, Math.round(sum / rows), max]);
  }
  return hours;
}

function addTo(steps: Map<number, Sum>, row: KeptRow, first: number): void {
  const [min, mean, max] = [row.cells[first], row.cells[first + 1], row.cells[first + 2]];
  if (typeof min !== "number" || typeof mean !== "number" || typeof max !== "number") return;
  const step = stepOf(row);
  const known = steps.get(step);
  if (known === undefined) {
    steps.set(step, { min, sum: mean, max, rows: 1 });
    return;
  }
  known.min = Math.min(known.min, min);
  known.max = Math.max(known.max, max);
  known.sum += mean;
  known.rows++;
}
