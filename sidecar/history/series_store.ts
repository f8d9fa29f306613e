/** The history's series of 10 s in the database. */
import type { Database } from "./database.ts";
import {
  decodeSeries,
  encodeSeries,
  HOUR_STEPS,
  mergeSeries,
  SERIES_STEP_MS,
  type SeriesPoint,
} from "./series_block.ts";

/** Milliseconds that one stored block of a figure's series spans. */
export const HOUR_MS = HOUR_STEPS * SERIES_STEP_MS;

/** Ids of a figure's hours begin at its own id times this; as the table's definition tells. */
const HOURS = 2 ** 24;

/** Ids of a figure's hours: those from `fromHour` up to, not including, `toHour`. */
export function hourIds(
  metricId: number,
  { fromHour, toHour }: { fromHour: number; toHour: number },
): [first: number, end: number] {
  const id = (hour: number) => metricId * HOURS + Math.min(HOURS, Math.max(0, hour));
  return [id(fromHour), id(toHour)];
}

/** The hour, counted since 1970, that such an id stands for. */
function hourOfId(id: number): number {
  return id % HOURS;
}

/** A figure's id; null if the database has none of it. */
export function metricId(database: Database, metric: string): number | null {
  const line = database.prepare("SELECT id FROM series_metrics WHERE name = ?").get(metric);
  return line === undefined ? null : Number(line.id);
}

/** Names of all figures with their ids. */
export function allMetrics(database: Database): { id: number; name: string }[] {
  return database.prepare("SELECT id, name FROM series_metrics ORDER BY id").all()
    .map(({ id, name }) => ({ id: Number(id), name: String(name) }));
}

/** Hours of a figure that something is known of, oldest first. */
export function knownHours(
  database: Database,
  { metricId, fromHour, toHour }: { metricId: number; fromHour: number; toHour: number },
): number[] {
  return database.prepare("SELECT id FROM metric_series WHERE id >= ? AND id < ? ORDER BY id")
    .all(...hourIds(metricId, { fromHour, toHour })).map(({ id }) => hourOfId(Number(id)));
}

/** An hour of a figure; without points where nothing is known, or where it is damaged. */
export function readHour(
  database: Database,
  { metricId, hour }: { metricId: number; hour: number },
): SeriesPoint[] {
  const [id] = hourIds(metricId, { fromHour: hour, toHour: hour });
  const data = database.prepare("SELECT data FROM metric_series WHERE id = ?").get(id)?.data;
  if (!(data instanceof Uint8Array)) return [];
  try {
    return decodeSeries(data);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** An hour of a figure with more points in it. */
export interface GrownHour {
  metricId: number;
  hour: number;
  data: Uint8Array;
}

/** Adds points to what is known of an hour; nothing is written yet. */
export function growHour(
  database: Database,
  { metricId, hour, points }: { metricId: number; hour: number; points: readonly SeriesPoint[] },
): GrownHour {
  const data = encodeSeries(mergeSeries(readHour(database, { metricId, hour }), points));
  return { metricId, hour, data };
}

/** Writes an hour. */
export function writeHour(database: Database, { metricId, hour, data }: GrownHour): void {
  const [id] = hourIds(metricId, { fromHour: hour, toHour: hour });
  database.prepare(
    "INSERT INTO metric_series (id, data) VALUES (?, ?) " +
      "ON CONFLICT (id) DO UPDATE SET data = excluded.data",
  ).run(id, data);
}
