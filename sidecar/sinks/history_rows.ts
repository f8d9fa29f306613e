import type { HistoryWriter } from "../history/history_writer.ts";
import { METRICS, OUTPUT_METRICS } from "../history/metrics.ts";
import { keepRow, type Range } from "../history/row.ts";
import { type RowFigures, shapeKey, shapeOf } from "../history/row_shape.ts";
import { addRow, type KnownShape } from "../history/row_writes.ts";
import { SteadyAxis } from "../history/steady_axis.ts";
import type { Clock } from "../time/clock.ts";
import type { Sink, Snapshot } from "./sink.ts";

/** What the sink needs. */
export interface HistoryRowsOptions {
  writer: HistoryWriter;
  /** Seconds between two rows. */
  everyS(): number;
  /** Whether rows are wanted at all: not while there is no file for them, and none is awaited. */
  isWanted(): boolean;
  clock: Clock;
}

/** Ticks that come this early still end a row, so that rows keep their pace. */
const EARLY_MS = 20;
/** Longer than any pause between ticks, with their slowest pace of seconds. */
const PAUSE_MS = 15_000;
/** Shapes that are remembered: one for each set of outputs and cards. */
const MOST_SHAPES = 32;

interface Sum {
  min: number;
  max: number;
  sum: number;
  count: number;
}

/**
 * Makes the sink that writes the history's rows: every so many seconds the figures as they are, with
 * the least, the mean and the most of those in between. Where no ticks come, as while the machine
 * sleeps, there is no row.
 */
export function createHistoryRows(options: HistoryRowsOptions): Sink {
  return new HistoryRows(options);
}

class HistoryRows implements Sink {
  readonly name = "history";
  readonly #options: HistoryRowsOptions;
  readonly #axis: SteadyAxis;
  readonly #shapes = new Map<string, KnownShape>();
  #sums = new Map<string, Sum>();
  #last: Snapshot["telemetry"] | null = null;
  #lastMs = 0;
  #dueMs = 0;

  constructor(options: HistoryRowsOptions) {
    this.#options = options;
    this.#axis = new SteadyAxis(present(options.clock));
    this.#dueMs = options.everyS() * 1000;
  }

  write({ telemetry }: Snapshot): void {
    const everyMs = this.#options.everyS() * 1000;
    this.#axis.advance(present(this.#options.clock));
    const { nowMs } = this.#axis;
    if (nowMs - this.#lastMs > Math.max(PAUSE_MS, 2 * everyMs)) this.#finish();
    this.#add(telemetry);
    this.#lastMs = nowMs;
    // The setting may have become less.
    this.#dueMs = Math.min(this.#dueMs, nowMs + everyMs);
    if (nowMs < this.#dueMs - EARLY_MS) return;
    this.#finish();
    this.#dueMs += everyMs;
    if (this.#dueMs <= nowMs) this.#dueMs = nowMs + everyMs;
  }

  close(): void {
    this.#finish();
  }

  #add(telemetry: Snapshot["telemetry"]): void {
    this.#last = telemetry;
    for (const [metric, { read }] of METRICS) this.#addFigure(metric, read(telemetry));
    for (const output of telemetry.obs.outputs ?? []) {
      for (const [figure, { read }] of OUTPUT_METRICS) {
        this.#addFigure(`obs.outputs.${output.id}.${figure}`, read(output));
      }
    }
  }

  /** An output's figure has its place, even where nothing is known of it. */
  #addFigure(metric: string, value: number | null): void {
    let sum = this.#sums.get(metric);
    if (sum === undefined) {
      sum = { min: Infinity, max: -Infinity, sum: 0, count: 0 };
      this.#sums.set(metric, sum);
    }
    if (value === null) return;
    sum.min = Math.min(sum.min, value);
    sum.max = Math.max(sum.max, value);
    sum.sum += value;
    sum.count++;
  }

  #finish(): void {
    const { writer, isWanted } = this.#options;
    const [figures, sums] = [this.#last, this.#sums];
    this.#last = null;
    this.#sums = new Map();
    if (figures === null || !isWanted()) return;
    const shape = this.#shapeOf(figures, sums.keys());
    const ranges = new Map<string, Range>();
    for (const [metric, { min, max, sum, count }] of sums) {
      if (count > 0) ranges.set(metric, { min, mean: sum / count, max });
    }
    const row = keepRow(shape.shape, { figures, atMs: figures.written_at_ms, ranges });
    writer.enqueue(addRow(shape, row), { expendable: true });
  }

  #shapeOf(figures: RowFigures, names: Iterable<string>): KnownShape {
    const metrics = [...names];
    const key = shapeKey(figures, metrics);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const shape = shapeOf(figures, metrics);
    const made = { shape, text: JSON.stringify(shape) };
    if (this.#shapes.size >= MOST_SHAPES) this.#shapes.clear();
    this.#shapes.set(key, made);
    return made;
  }
}

function present(clock: Clock): { wallMs: number; monotonicMs: number } {
  return { wallMs: clock.now(), monotonicMs: clock.monotonic() };
}
