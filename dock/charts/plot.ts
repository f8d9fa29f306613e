/// <reference lib="dom" />
import { effect } from "@preact/signals";
import uPlot from "uplot";
import type { ChartSpec } from "../models/charts.ts";
import type { HistoryFeed } from "../models/history_feed.ts";
import { BUCKETS } from "../models/history_ring.ts";
import type { DrawQueue } from "./draw_queue.ts";
import { DASHES, type Look } from "./look.ts";

/** What a plot is made of. */
export interface PlotOptions {
  host: HTMLElement;
  spec: ChartSpec;
  history: HistoryFeed;
  look: Look;
  queue: DrawQueue;
  /** The moment under the pointer, in Unix seconds; null when it leaves. */
  onCursor(timeS: number | null): void;
}

/** Height of a plot; charts.css keeps the same room free. */
const HEIGHT = 96;

/** All plots with this key share their crosshair. */
const SYNC_KEY = "live";

/** Alpha of a band from the least to the most, as two hex digits. */
const BAND_ALPHA = "40";

/** Readings of a line, in the order of its columns: the mean is drawn last. */
const READINGS = ["most", "least", "mean"] as const;

/**
 * Draws a chart into `host` and keeps it up to date while it can be seen: lines for the means,
 * bands from least to most, gaps where nothing is known.
 * @returns what takes it away again
 */
export function openPlot({ host, spec, history, look, queue, onCursor }: PlotOptions): () => void {
  const { ring, version } = history;
  const times: number[] = new Array(BUCKETS).fill(0);
  const columns = spec.lines.flatMap(() =>
    READINGS.map((): (number | null)[] => new Array(BUCKETS).fill(null))
  );
  const plot = new uPlot(
    { ...plotOptions(spec, look), width: Math.max(1, host.clientWidth), hooks: hooks() },
    undefined,
    host,
  );
  let isSeen = false;
  let isBehind = true;

  function hooks(): uPlot.Hooks.Arrays {
    return {
      drawClear: [(u) => drawLimits(u, { spec, look })],
      setCursor: [({ cursor: { idx, left } }) => {
        const isOver = idx !== null && idx !== undefined && (left ?? -1) >= 0;
        onCursor(isOver ? times[idx] ?? null : null);
      }],
    };
  }

  function draw(): void {
    isBehind = false;
    ring.readTimes(times);
    spec.lines.forEach(({ metric }, i) => {
      READINGS.forEach((reading, j) => {
        const into = columns[i * READINGS.length + j];
        if (into !== undefined) ring.read(metric, { reading, into, scale: spec.scale });
      });
    });
    plot.setData([times, ...columns]);
  }

  function drawIfSeen(): void {
    if (isBehind && isSeen) queue.ask(draw);
  }

  const sizes = new ResizeObserver(() => {
    const width = host.clientWidth;
    if (width > 0 && width !== plot.width) plot.setSize({ width, height: HEIGHT });
  });
  const sights = new IntersectionObserver((entries) => {
    isSeen = entries.at(-1)?.isIntersecting ?? false;
    drawIfSeen();
  });
  sizes.observe(host);
  sights.observe(host);
  const end = effect(() => {
    isBehind = version.value >= 0;
    drawIfSeen();
  });
  return () => {
    end();
    sizes.disconnect();
    sights.disconnect();
    queue.drop(draw);
    plot.destroy();
  };
}

function plotOptions(spec: ChartSpec, look: Look): Omit<uPlot.Options, "width"> {
  const { font, grid: stroke, text } = look;
  const axis: uPlot.Axis = {
    font,
    stroke: text,
    grid: { stroke, width: 1 },
    ticks: { show: false },
    gap: 3,
  };
  return {
    height: HEIGHT,
    padding: [6, 16, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
      sync: { key: SYNC_KEY },
    },
    scales: {
      x: { range: (_, min, max) => [min, max] },
      y: { range: (_, _min, max) => [0, topOf(spec, max)] },
    },
    axes: [
      { ...axis, size: 18, space: 56, values: (_, splits) => splits.map(timeText) },
      { ...axis, size: 30, space: 24 },
    ],
    series: [{}, ...spec.lines.flatMap((_, i) => lineSeries(i, look))],
    bands: spec.lines.map((_, i) => {
      const most = 1 + i * READINGS.length;
      return { series: [most, most + 1], fill: `${look.lines[i]}${BAND_ALPHA}` };
    }),
  };
}

function lineSeries(index: number, look: Look): uPlot.Series[] {
  const points = { show: false };
  const edge: uPlot.Series = { points, width: 0 };
  const [stroke = ""] = [look.lines[index]];
  const dash = [...DASHES[index] ?? []];
  return [edge, edge, { points, stroke, dash, width: 1.5 }];
}

/** Where the axis ends: all figures, targets and limits fit below. */
function topOf({ top, lines }: ChartSpec, most: number | null): number {
  return Math.max(top, (most ?? 0) * 1.1, ...lines.map(({ target }) => (target ?? 0) * 1.1));
}

/** `21:14`, the time of day here. */
function timeText(timeS: number): string {
  const date = new Date(timeS * 1000);
  return [date.getHours(), date.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
}

/** Draws limits, and targets in their line's colour, below the lines. */
function drawLimits(
  u: uPlot,
  { spec: { limits, lines }, look }: { spec: ChartSpec; look: Look },
): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  const rule = (value: number, colour: string, dash: number[]): void => {
    const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
    if (y < bbox.top) return;
    ctx.strokeStyle = colour;
    ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  };
  for (const { value, tone } of limits) rule(value, look[tone], [3, 3]);
  lines.forEach(({ target }, i) => {
    if (target !== null) rule(target, `${look.lines[i]}90`, [1, 3]);
  });
  ctx.restore();
}
