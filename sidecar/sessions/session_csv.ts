import type { Session } from "../../shared/session.ts";
import type { HistorySource } from "../history/history_source.ts";
import { METRICS, OUTPUT_METRICS, outputMetric } from "../history/metrics.ts";
import { sessionMetrics, spanOf } from "./session_series.ts";

/** Span of one row. */
const ROW_MS = 10_000;
/** Rows that are made at once: an hour, so that a long evening is never in memory whole. */
const ROWS_A_PART = 360;

/** What a spreadsheet takes for the begin of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** A session over time as CSV. */
export interface SessionCsv {
  session: Session;
  outputs: readonly Session[];
  source: HistorySource;
  /** Unix milliseconds. */
  nowMs: number;
}

/**
 * A session over time as CSV (RFC 4180), part by part: a row for every 10 s, the first column its
 * time, a column for each figure with its unit, each figure the mean of the row. What is not known
 * is empty.
 */
export async function* sessionCsv(
  { session, outputs, source, nowMs }: SessionCsv,
): AsyncGenerator<string> {
  const metrics = sessionMetrics(session, outputs);
  yield line(["time (UTC)", ...metrics.map((metric) => `${metric} (${unitOf(metric)})`)]);
  const { fromMs, toMs } = spanOf(session, nowMs);
  const first = Math.floor(fromMs / ROW_MS) * ROW_MS;
  for (let from = first; from < toMs; from += ROWS_A_PART * ROW_MS) {
    const to = Math.min(toMs, from + ROWS_A_PART * ROW_MS);
    const columns: Map<number, number>[] = [];
    for (const metric of metrics) {
      columns.push(await column(metric, { source, fromMs: Math.max(from, fromMs), toMs: to }));
    }
    let text = "";
    for (let at = from; at < to; at += ROW_MS) {
      const time = new Date(Math.max(at, fromMs)).toISOString();
      text += line([time, ...columns.map((values) => String(values.get(at) ?? ""))]);
    }
    yield text;
  }
}

/** A figure's mean in each row, by the row's begin. */
async function column(
  metric: string,
  { source, fromMs, toMs }: { source: HistorySource; fromMs: number; toMs: number },
): Promise<Map<number, number>> {
  // Finer than the rows, for a source's points may begin anywhere.
  const points = Math.ceil((toMs - fromMs) / ROW_MS) * 2;
  const figures = await source.read(metric, { fromMs, toMs, points });
  const sums = new Map<number, { sum: number; count: number }>();
  for (const [at, , mean] of figures?.points ?? []) {
    const row = Math.floor(at / ROW_MS) * ROW_MS;
    const { sum, count } = sums.get(row) ?? { sum: 0, count: 0 };
    sums.set(row, { sum: sum + mean, count: count + 1 });
  }
  return new Map(
    Array.from(sums, ([row, { sum, count }]) => [row, Math.round(sum / count * 1000) / 1000]),
  );
}

function unitOf(metric: string): string {
  const output = outputMetric(metric);
  const known = output === null ? METRICS.get(metric) : OUTPUT_METRICS.get(output.figure);
  return known?.unit ?? "1";
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/** Text as a cell, which no spreadsheet takes for a formula; figures stay figures. */
function cell(text: string): string {
  const isFigure = text !== "" && Number.isFinite(Number(text));
  const plain = !isFigure && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
