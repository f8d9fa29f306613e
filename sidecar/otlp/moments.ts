/** Which rows of the history are sent, and since when their counters count. Pure. */
import type { HistoryRow } from "../history/row.ts";
import { OTLP_METRICS } from "./otlp_metrics.ts";
import type { MetricSource } from "./otlp_metric.ts";

/** Counters that begin anew together. */
export interface CounterOrigin {
  /** Since when they count, Unix milliseconds. */
  startMs: number;
  /** Their last values by metric. */
  last: Readonly<Record<string, number>>;
}

/** How far the rows were looked at. From the same position the same rows give the same moments. */
export interface ExportPosition {
  /** The last row. */
  rowId: number;
  /** When the last row that was chosen was due, Unix milliseconds; null before the first. */
  pickedMs: number | null;
  counters: Readonly<Record<string, CounterOrigin>>;
}

/** A row that is sent. */
export interface Moment {
  row: HistoryRow;
  /** Where the rows that come after it are looked at from. */
  position: ExportPosition;
}

/** What was chosen. */
export interface Picked {
  moments: Moment[];
  /** Where to go on: after the last row, chosen or not. */
  after: ExportPosition;
}

/** What of a moment's row the metrics are read from, where no more than the row is known. */
export function sourceOf(row: HistoryRow): MetricSource {
  return { ...row, firing: null, sessionStartMs: null };
}

/** How much too early a row may come, in milliseconds: half the time between two rows. */
const EARLY_MS = 2500;

/**
 * Chooses the rows that are sent: the first at once, and then one for each `everyMs`. Where these
 * are no multiple of the time between two rows, the moments are nearer to each other or farther
 * apart by at most that time, but there are as many of them as `everyMs` says.
 */
export function pickMoments(
  from: ExportPosition,
  { rows, everyMs }: { rows: readonly HistoryRow[]; everyMs: number },
): Picked {
  const moments: Moment[] = [];
  let after = from;
  let { pickedMs, counters } = from;
  const earlyMs = Math.min(EARLY_MS, everyMs / 4);
  for (const row of rows) {
    counters = follow(counters, row);
    const dueMs = pickedMs ?? row.written_at_ms;
    const sinceMs = row.written_at_ms - dueMs + earlyMs;
    const steps = Math.floor(sinceMs / everyMs);
    const isDue = pickedMs === null || steps !== 0;
    // A clock that was set back must not stop the export until it is late again.
    if (isDue) pickedMs = sinceMs < 0 ? row.written_at_ms : dueMs + steps * everyMs;
    after = { rowId: row.id, pickedMs, counters };
    if (isDue) moments.push({ row, position: after });
  }
  return { moments, after };
}

/**
 * Since when counters count: since the row that first tells them, as long as none of them falls.
 * Where they began before that is not known (OpenTelemetry's data model, "Cumulative streams:
 * handling unknown start time").
 */
function follow(
  before: ExportPosition["counters"],
  row: HistoryRow,
): ExportPosition["counters"] {
  const now = new Map<string, Record<string, number>>();
  const source = sourceOf(row);
  for (const { name, kind, read } of OTLP_METRICS) {
    if (kind !== "sum") continue;
    for (const { origin, value } of read(source)) {
      const values = now.get(origin) ?? {};
      values[name] = value;
      now.set(origin, values);
    }
  }
  return Object.fromEntries(Array.from(now, ([origin, last]) => {
    const known = before[origin];
    const goesOn = known !== undefined && row.written_at_ms >= known.startMs &&
      Object.entries(last).every(([name, value]) => value >= (known.last[name] ?? 0));
    return [origin, { startMs: goesOn ? known.startMs : row.written_at_ms, last }];
  }));
}
