import type { ReadonlySignal } from "@preact/signals";
import type { HistoryPoint } from "../../shared/api.ts";

/** From when to when, in Unix milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** A figure over some time; null where nothing is known. */
export interface Summary {
  now: number | null;
  least: number | null;
  mean: number | null;
  most: number | null;
}

/** Time that a chart marks: there was trouble. */
export interface ChartMark extends Span {
  tone: "idle" | "warning" | "bad";
}

/** What is known of a figure over time. */
export interface Trace {
  /** Oldest first. */
  points: readonly HistoryPoint[];
  /** Points further apart than this have a gap between them, in milliseconds. */
  gapMs: number;
}

/** What charts of the same time are drawn from. */
export interface ChartSource {
  /** Changes when the charts are to be drawn anew. */
  version: ReadonlySignal<number>;
  /** The time that the charts show. */
  readonly span: Span;
  readonly marks: readonly ChartMark[];
  trace(metric: string): Trace;
  /** A figure's mean at a moment, or the newest; null where it is not known. */
  at(metric: string, atMs: number | null): number | null;
  summary(metric: string): Summary;
}
