/// <reference lib="dom" />
import type { HistoryPoint } from "../../shared/api.ts";
import type { ChartMark, Span, Trace } from "../models/chart_source.ts";
import type { ChartSpec } from "../models/charts.ts";
import { DASHES, type Look } from "./look.ts";
import { timeTicks, valueTicks } from "./ticks.ts";

/** Room around a chart's lines in CSS pixels, for its axes; charts.css has the same. */
export const MARGIN = { top: 6, right: 16, bottom: 18, left: 30 } as const;

/** Room that a text on an axis needs, in CSS pixels. */
const TIME_ROOM = 56;
const VALUE_ROOM = 24;

/** Alpha of a band from the least to the most, and of a mark, as two hex digits. */
const BAND_ALPHA = "40";
const MARK_ALPHA = "33";

/** What is drawn. */
export interface Drawing {
  spec: ChartSpec;
  span: Span;
  marks: readonly ChartMark[];
  /** For each of the chart's lines, as it was kept: not yet in the chart's unit. */
  lines: readonly Trace[];
  look: Look;
  /** CSS pixels. */
  width: number;
  height: number;
}

/**
 * Draws a chart: marks, axes, limits and targets, then for each line a band from least to most and
 * the mean on it, with gaps where nothing is known.
 */
export function drawChart(ctx: CanvasRenderingContext2D, drawing: Drawing): void {
  const { spec, span, marks, lines, look, width, height } = drawing;
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const seen = lines.map((trace) => within(trace, span));
  const top = topOf(spec, seen);
  const x = (atMs: number): number =>
    MARGIN.left + (atMs - span.from) / Math.max(1, span.to - span.from) * (right - MARGIN.left);
  const y = (value: number): number => bottom - value / top * (bottom - MARGIN.top);
  const line = (from: [number, number], to: [number, number]): void => {
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
  };
  const rule = (value: number, dash: readonly number[]): void => {
    const at = Math.round(y(value)) + 0.5;
    ctx.setLineDash([...dash]);
    line([MARGIN.left, at], [right, at]);
  };
  ctx.clearRect(0, 0, width, height);
  ctx.font = look.font;
  ctx.fillStyle = look.text;
  ctx.lineWidth = 1;
  ctx.strokeStyle = look.grid;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  for (const { value, text } of valueTicks(top, (bottom - MARGIN.top) / VALUE_ROOM)) {
    rule(value, []);
    ctx.fillText(text, MARGIN.left - 4, y(value));
  }
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  for (const { value, text } of timeTicks(span, (right - MARGIN.left) / TIME_ROOM)) {
    const at = Math.round(x(value)) + 0.5;
    line([at, MARGIN.top], [at, bottom]);
    ctx.fillText(text, at, bottom + 5);
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(MARGIN.left, MARGIN.top - 1, right - MARGIN.left + 1, bottom - MARGIN.top + 2);
  ctx.clip();
  for (const { from, to, tone } of marks) {
    const colour = tone === "idle" ? look.text : look[tone];
    ctx.fillStyle = colour + MARK_ALPHA;
    ctx.fillRect(x(from), MARGIN.top, Math.max(2, x(to) - x(from)), bottom - MARGIN.top);
  }
  for (const { value, tone } of spec.limits) {
    ctx.strokeStyle = look[tone];
    rule(value, [3, 3]);
  }
  spec.lines.forEach(({ target }, i) => {
    ctx.strokeStyle = `${look.lines[i]}90`;
    if (target !== null) rule(target, [1, 3]);
  });
  seen.forEach((each, i) => {
    const colour = look.lines[i] ?? look.text;
    for (const run of runs(each)) {
      const trace = (reading: 1 | 2 | 3, points = run): void => {
        for (const point of points) ctx.lineTo(x(point[0]), y(point[reading] * spec.scale));
      };
      ctx.fillStyle = colour + BAND_ALPHA;
      ctx.beginPath();
      trace(3);
      trace(1, run.slice().reverse());
      ctx.fill();
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.5;
      ctx.setLineDash([...DASHES[i] ?? []]);
      ctx.beginPath();
      trace(2);
      const [lone] = run;
      // A lone point between two gaps is seen as a dot.
      if (lone && run.length === 1) ctx.lineTo(x(lone[0]) + 1.5, y(lone[2] * spec.scale));
      ctx.stroke();
    }
  });
  ctx.restore();
}

/** The points of a span, with those beside it that lines lead to. */
function within({ points, gapMs }: Trace, { from, to }: Span): Trace {
  return { gapMs, points: points.filter(([at]) => at >= from - gapMs && at <= to + gapMs) };
}

/** Points that follow one another without a gap. */
function runs({ points, gapMs }: Trace): HistoryPoint[][] {
  const found: HistoryPoint[][] = [];
  let last = -Infinity;
  for (const point of points) {
    if (point[0] - last > gapMs) found.push([]);
    found.at(-1)?.push(point);
    last = point[0];
  }
  return found;
}

/** Where the axis ends: all figures, targets and limits fit below. */
function topOf(
  { top, lines, scale }: ChartSpec,
  seen: readonly Trace[],
): number {
  let most = 0;
  for (const { points } of seen) {
    for (const point of points) most = Math.max(most, point[3] * scale);
  }
  return Math.max(top, most * 1.1, ...lines.map(({ target }) => (target ?? 0) * 1.1));
}
