/// <reference lib="dom" />
import { effect, type Signal } from "@preact/signals";
import type { ChartSource, Span } from "../models/chart_source.ts";
import { type ChartSpec, momentSummary } from "../models/charts.ts";
import { movedCursor } from "../models/moved_cursor.ts";
import { drawChart, MARGIN } from "./draw_chart.ts";
import type { DrawQueue } from "./draw_queue.ts";
import type { Look } from "./look.ts";

/** What a plot is made of. */
export interface PlotOptions {
  host: HTMLElement;
  spec: ChartSpec;
  source: ChartSource;
  look: Look;
  queue: DrawQueue;
  /** The moment under the pointer in Unix milliseconds, the same in every plot; null without. */
  cursor: Signal<number | null>;
  /** Shows a part of the time that was drawn over; without it there is nothing to draw over. */
  onZoom?: ((span: Span) => void) | undefined;
}

/** Pixels from which on a pointer that moves draws over some time. */
const LEAST_DRAG = 6;

/**
 * Draws a chart into `host` and keeps it up to date while it can be seen.
 * @returns what takes it away again
 */
export function openPlot(
  { host, spec, source, look, queue, cursor, onZoom }: PlotOptions,
): () => void {
  const canvas = document.createElement("canvas");
  const area = part("plot-area");
  const rule = part("plot-cursor");
  const chosen = part("plot-chosen");
  area.append(chosen, rule);
  host.append(canvas, area);
  const listening = new AbortController();
  const { signal } = listening;
  let isSeen = false;
  let isBehind = true;
  let startX: number | null = null;
  let shown = source.span;
  let toldAtMs: number | null | undefined;

  function draw(): void {
    isBehind = false;
    const { clientWidth: width, clientHeight: height } = host;
    const ctx = canvas.getContext("2d");
    if (ctx === null || width === 0) return;
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    ctx.scale(devicePixelRatio, devicePixelRatio);
    shown = source.span;
    const { marks } = source;
    const lines = spec.lines.map(({ metric }) => source.trace(metric));
    drawChart(ctx, { spec, span: shown, marks, lines, look, width, height });
    showCursor(cursor.peek());
  }

  function drawIfSeen(): void {
    if (isBehind && isSeen) queue.ask(draw);
  }

  function showCursor(atMs: number | null): void {
    const share = atMs === null ? -1 : (atMs - shown.from) / (shown.to - shown.from);
    const isShown = share >= 0 && share <= 1;
    rule.hidden = !isShown;
    rule.style.left = `${share * 100}%`;
    if (atMs !== toldAtMs) tell(atMs, isShown ? share : 1);
  }

  /** Says the crosshair's place to those who cannot see it. */
  function tell(atMs: number | null, share: number): void {
    toldAtMs = atMs;
    host.ariaValueNow = String(Math.round(share * 100));
    host.ariaValueText = momentSummary(spec, { source, atMs });
  }

  /** The place of a pointer in the plot, and its moment. */
  function pointOf(event: PointerEvent): { x: number; atMs: number } {
    const { left, width } = area.getBoundingClientRect();
    const x = Math.max(0, Math.min(width, event.clientX - left));
    return { x, atMs: shown.from + x / width * (shown.to - shown.from) };
  }

  function choose(x: number | null): void {
    const [from, to] = x === null || startX === null ? [0, 0] : [startX, x].sort((a, b) => a - b);
    chosen.style.left = `${from}px`;
    chosen.style.width = `${(to ?? 0) - (from ?? 0)}px`;
  }

  area.addEventListener("pointermove", (event) => {
    const { x, atMs } = pointOf(event);
    cursor.value = atMs;
    if (startX !== null) choose(x);
  }, { signal });
  area.addEventListener("pointerleave", () => cursor.value = null, { signal });
  host.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const moved = movedCursor(event.key, { atMs: cursor.peek(), span: shown });
    if (moved === undefined) return;
    event.preventDefault();
    cursor.value = moved;
  }, { signal });
  host.addEventListener("blur", () => cursor.value = null, { signal });
  if (onZoom !== undefined) {
    area.classList.add("is-zoomable");
    area.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      startX = pointOf(event).x;
      area.setPointerCapture(event.pointerId);
    }, { signal });
    area.addEventListener("pointerup", (event) => {
      const { x, atMs } = pointOf(event);
      const startAtMs = cursorOf(startX);
      const isDragged = startX !== null && Math.abs(x - startX) >= LEAST_DRAG;
      choose(null);
      startX = null;
      if (isDragged) onZoom({ from: Math.min(startAtMs, atMs), to: Math.max(startAtMs, atMs) });
    }, { signal });
    area.addEventListener("pointercancel", () => {
      choose(null);
      startX = null;
    }, { signal });
  }

  function cursorOf(x: number | null): number {
    return shown.from + (x ?? 0) / Math.max(1, area.clientWidth) * (shown.to - shown.from);
  }

  const sizes = new ResizeObserver(() => {
    isBehind = true;
    drawIfSeen();
  });
  const sights = new IntersectionObserver((entries) => {
    isSeen = entries.at(-1)?.isIntersecting ?? false;
    drawIfSeen();
  });
  sizes.observe(host);
  sights.observe(host);
  const ends = [
    effect(() => {
      isBehind = source.version.value >= 0;
      drawIfSeen();
    }),
    effect(() => showCursor(cursor.value)),
  ];
  return () => {
    for (const end of ends) end();
    listening.abort();
    sizes.disconnect();
    sights.disconnect();
    queue.drop(draw);
    host.replaceChildren();
  };
}

/** A part of a plot; its room is what the axes leave. */
function part(className: string): HTMLElement {
  const element = document.createElement("div");
  element.className = className;
  if (className === "plot-area") {
    element.style.inset = [MARGIN.top, MARGIN.right, MARGIN.bottom, MARGIN.left]
      .map((px) => `${px}px`).join(" ");
  }
  return element;
}
