import { type Signal, signal } from "@preact/signals";
import type { History, HistoryPoint } from "../../../shared/api.ts";
import type { Api } from "../../api.ts";
import type { ChartMark, ChartSource, Span, Summary, Trace } from "../chart_source.ts";

/** Most points of a line: a chart is not wider. */
export const CHART_POINTS = 600;

/** Shortest time that charts show, in milliseconds. */
const SHORTEST_MS = 30_000;

/** What charts of time that is over need. */
export interface SpanChartsOptions {
  api: Pick<Api, "history">;
  whole: Span;
  marks?: readonly ChartMark[];
}

/** Charts of some time that is over, of which a part can be looked at closely. */
export class SpanCharts implements ChartSource {
  readonly version: Signal<number> = signal(0);
  /** The moment under the pointer, or the one that was asked for; null without. */
  readonly cursor: Signal<number | null> = signal(null);
  /** The part that is shown; null for the whole. */
  readonly zoomed: Signal<Span | null> = signal(null);
  readonly #api: Pick<Api, "history">;
  #whole: Span;
  #marks: readonly ChartMark[];
  #coarse = new Map<string, Kept>();
  #fine = new Map<string, Kept>();
  #turn = 0;

  constructor({ api, whole, marks = [] }: SpanChartsOptions) {
    this.#api = api;
    this.#whole = whole;
    this.#marks = marks;
  }

  get span(): Span {
    return this.zoomed.value ?? this.#whole;
  }

  get marks(): readonly ChartMark[] {
    return this.#marks;
  }

  /** Takes what is known of the whole time. */
  fill(series: readonly History[], { whole = this.#whole, marks = this.#marks } = {}): void {
    this.#whole = whole;
    this.#marks = marks;
    this.#coarse = new Map(series.map((history) => [history.metric, kept(history)]));
    this.#redraw();
  }

  /** Asks the sidecar for figures over the whole time; what cannot be had is left out. */
  async load(metrics: readonly string[]): Promise<void> {
    const series = await this.#ask(metrics, this.#whole);
    if (series !== null) this.fill(series);
  }

  /** Unit of a figure in UCUM; null if nothing is known of it. */
  unitOf(metric: string): string | null {
    return this.#coarse.get(metric)?.unit ?? null;
  }

  /** Shows a part of the time, first with the points that are there, then with finer ones. */
  async zoom({ from, to }: Span): Promise<void> {
    const { from: first, to: last } = this.#whole;
    const half = Math.max(SHORTEST_MS, to - from) / 2;
    const middle = (from + to) / 2;
    const span = {
      from: Math.round(Math.max(first, middle - half)),
      to: Math.round(Math.min(last, middle + half)),
    };
    if (span.to <= span.from) return;
    this.#fine = new Map();
    this.zoomed.value = span;
    this.#redraw();
    const series = await this.#ask([...this.#coarse.keys()], span);
    if (series === null) return;
    this.#fine = new Map(series.map((history) => [history.metric, kept(history)]));
    this.#redraw();
  }

  /** Shows the whole time again. */
  reset(): void {
    this.#turn++;
    this.#fine = new Map();
    this.cursor.value = null;
    this.zoomed.value = null;
    this.#redraw();
  }

  trace(metric: string): Trace {
    const coarse = this.#coarse.get(metric);
    const fine = this.#fine.get(metric);
    // Of a session of last month only its own, coarser series is left.
    const count = fine?.points.length ?? 0;
    const isFiner = count > 0 && count >= inside(coarse?.points ?? [], this.span).length;
    return (isFiner ? fine : coarse) ?? { points: [], gapMs: 0 };
  }

  at(metric: string, atMs: number | null): number | null {
    if (atMs === null) return this.summary(metric).mean;
    const { points, gapMs } = this.trace(metric);
    let found: HistoryPoint | null = null;
    for (const point of points) {
      if (point[0] > atMs) break;
      found = point;
    }
    return found === null || atMs - found[0] > gapMs ? null : found[2];
  }

  summary(metric: string): Summary {
    const points = inside(this.trace(metric).points, this.span);
    if (points.length === 0) return { now: null, least: null, mean: null, most: null };
    let [least, sum, most] = [Infinity, 0, -Infinity];
    for (const [, low, mean, high] of points) {
      least = Math.min(least, low);
      most = Math.max(most, high);
      sum += mean;
    }
    return { now: null, least, mean: sum / points.length, most };
  }

  /** Asks for figures one after the other; null if something else is shown by then. */
  async #ask(metrics: readonly string[], span: Span): Promise<History[] | null> {
    const turn = ++this.#turn;
    const series: History[] = [];
    for (const metric of metrics) {
      const history = await this.#api.history(metric, { ...span, points: CHART_POINTS })
        .catch(() => null);
      if (turn !== this.#turn) return null;
      if (history !== null && history.points.length > 0) series.push({ ...history, metric });
    }
    return series;
  }

  #redraw(): void {
    this.version.value = this.version.peek() + 1;
  }
}

interface Kept extends Trace {
  unit: string;
}

/** A series with the gap that is longer than its usual step. */
function kept({ points, unit }: History): Kept {
  const steps = points.slice(1).map(([at], i) => at - (points[i]?.[0] ?? at)).sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] ?? 10_000;
  return { unit, points, gapMs: usual * 2.5 };
}

function inside(points: readonly HistoryPoint[], { from, to }: Span): readonly HistoryPoint[] {
  return points.filter(([at]) => at >= from && at <= to);
}
