import type { History, HistoryPoint } from "../../shared/api.ts";
import { createBreather } from "./breather.ts";
import type { Database } from "./database.ts";
import { downSample } from "./down_sample.ts";
import type { HistoryQuery, HistorySource, RecentSource } from "./history_source.ts";
import { decimalsOfMetric, METRICS, OUTPUT_METRICS, outputMetric } from "./metrics.ts";
import { decodeRange } from "./row_block.ts";
import { rangeOf } from "./row.ts";
import { lastPackedId, lineOf, openRows, shapeReader, type StoredRows } from "./row_reader.ts";
import type { RowShape } from "./row_shape.ts";
import { SERIES_STEP_MS } from "./series_block.ts";
import { HOUR_MS, knownHours, metricId, readHour } from "./series_store.ts";

/** Figures over time, from the file and from memory. */
export interface StoredHistory extends HistorySource {
  read(metric: string, query: HistoryQuery): Promise<History | null>;
}

/** What it is read from. */
export interface StoredHistoryOptions {
  database: Database;
  /** The last minutes, finer than what is stored; null where only the file is read. */
  recent: RecentSource | null;
  /** Milliseconds by a clock that never jumps. */
  monotonic(): number;
}

/** Reads the history: its last minutes from memory, what was before from the file. */
export function createStoredHistory(options: StoredHistoryOptions): StoredHistory {
  return new Stored(options);
}

/** Where in the file to look for which part of a span. */
interface Span {
  fromMs: number;
  toMs: number;
}

class Stored implements StoredHistory {
  readonly #options: StoredHistoryOptions;

  constructor(options: StoredHistoryOptions) {
    this.#options = options;
  }

  async read(metric: string, query: HistoryQuery): Promise<History | null> {
    const { recent, database } = this.#options;
    const unit = unitOf(metric);
    if (unit === null) return null;
    const { fromMs, toMs } = query;
    const sinceMs = recent?.sinceMs() ?? Infinity;
    if (recent !== null && fromMs >= sinceMs) {
      const found = recent.read(metric, query);
      if (found !== null || metricId(database, metric) === null) return found;
      return { metric, unit, points: [] };
    }
    const isKnown = METRICS.has(metric) || metricId(database, metric) !== null;
    const inMemory = recent?.read(metric, { fromMs: sinceMs, toMs, points: 5000 }) ?? null;
    if (!isKnown && inMemory === null) return null;
    const stored = await this.#stored(metric, {
      ...query,
      toMs: Math.min(toMs, sinceMs),
    });
    stored.sort(([a], [b]) => a - b);
    const points = downSample([...stored, ...inMemory?.points ?? []], query);
    return { metric, unit, points };
  }

  /** What the file has: rows where points are to be that fine and rows are kept, else series. */
  async #stored(metric: string, { fromMs, toMs, points }: HistoryQuery): Promise<HistoryPoint[]> {
    if (fromMs >= toMs) return [];
    const isFine = (toMs - fromMs) / points < SERIES_STEP_MS;
    const rowsFromMs = isFine ? this.#oldestRowMs() : this.#oldestUnpackedMs();
    const breathe = createBreather(this.#options.monotonic);
    const series = await this.#series(metric, {
      fromMs,
      toMs: Math.min(toMs, rowsFromMs),
      breathe,
    });
    const rows = await this.#rows(metric, { fromMs: Math.max(fromMs, rowsFromMs), toMs, breathe });
    return [...series, ...rows];
  }

  async #series(
    metric: string,
    { fromMs, toMs, breathe }: Span & { breathe: () => Promise<void> | null },
  ): Promise<HistoryPoint[]> {
    const { database } = this.#options;
    const id = metricId(database, metric);
    const points: HistoryPoint[] = [];
    if (id === null || fromMs >= toMs) return points;
    const scale = 10 ** decimalsOfMetric(metric);
    for (const hour of knownHours(database, { metricId: id, ...hoursOf({ fromMs, toMs }) })) {
      for (const [slot, min, mean, max] of readHour(database, { metricId: id, hour })) {
        const at = hour * HOUR_MS + slot * SERIES_STEP_MS;
        // The step that a span begins in belongs to it too, from there on.
        if (at + SERIES_STEP_MS <= fromMs || at >= toMs) continue;
        points.push([Math.max(at, fromMs), min / scale, mean / scale, max / scale]);
      }
      await breathe();
    }
    return points;
  }

  async #rows(
    metric: string,
    { fromMs, toMs, breathe }: Span & { breathe: () => Promise<void> | null },
  ): Promise<HistoryPoint[]> {
    const { database } = this.#options;
    const shapes = shapeReader(database);
    const points: HistoryPoint[] = [];
    if (fromMs >= toMs) return points;
    const ids = database.prepare(
      "SELECT id FROM telemetry_snapshots WHERE timestamp >= ? AND first_ms < ?",
    ).all(Math.floor(fromMs / 1000), Math.min(toMs, Number.MAX_SAFE_INTEGER));
    for (const { id } of ids) {
      const line = lineOf(database, Number(id));
      const shape = line === null ? null : shapes(line.shapeId);
      if (line !== null && shape !== null) {
        for (const point of pointsOf(metric, { shape, line })) {
          if (point[0] >= fromMs && point[0] < toMs) points.push(point);
        }
      }
      await breathe();
    }
    return points;
  }

  #oldestRowMs(): number {
    return wholeStep(
      this.#options.database.prepare(
        "SELECT first_ms AS first FROM telemetry_snapshots ORDER BY timestamp LIMIT 1",
      ).get(),
    );
  }

  #oldestUnpackedMs(): number {
    const { database } = this.#options;
    return wholeStep(
      database.prepare(
        "SELECT min(first_ms) AS first FROM telemetry_snapshots WHERE id > ? AND rows IS NULL",
      ).get(lastPackedId(database)),
    );
  }
}

/** Where the step of the series begins that a line's time lies in; far away without a line. */
function wholeStep(line: Record<string, unknown> | undefined): number {
  const first = line?.first ?? null;
  return first === null ? Infinity : Math.floor(Number(first) / SERIES_STEP_MS) * SERIES_STEP_MS;
}

function pointsOf(
  metric: string,
  { shape, line }: { shape: RowShape; line: StoredRows },
): HistoryPoint[] {
  const index = shape.ranges.findIndex((range) => range.metric === metric);
  const scale = 10 ** (shape.ranges[index]?.decimals ?? 0);
  if (index === -1) return [];
  if (line.rows === null) {
    return openRows(shape, line).flatMap(({ atMs, cells }) => {
      const range = rangeOf(shape, cells, index);
      return range === null ? [] : [[atMs, range.min, range.mean, range.max] as HistoryPoint];
    });
  }
  try {
    const [times, mins, means, maxs] = decodeRange(shape, {
      bytes: line.data,
      rows: line.rows,
      index,
    });
    return times.flatMap((at, i) => {
      const [min, mean, max] = [mins[i] ?? null, means[i] ?? null, maxs[i] ?? null];
      if (at === null || min === null || mean === null || max === null) return [];
      return [[at, min / scale, mean / scale, max / scale]];
    });
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function hoursOf({ fromMs, toMs }: Span): { fromHour: number; toHour: number } {
  return { fromHour: Math.floor(fromMs / HOUR_MS), toHour: Math.ceil(toMs / HOUR_MS) };
}

function unitOf(metric: string): string | null {
  const output = outputMetric(metric);
  const found = METRICS.get(metric) ??
    (output === null ? undefined : OUTPUT_METRICS.get(output.figure));
  return found?.unit ?? null;
}
