import type { History } from "../../shared/api.ts";

/** Which part of a figure's past is wanted, and how finely. */
export interface HistoryQuery {
  /** Unix milliseconds, the first of them. */
  fromMs: number;
  /** Unix milliseconds, the first that is no longer wanted. */
  toMs: number;
  /** Most points of the answer. */
  points: number;
}

/** Keeps figures over time. */
export interface HistorySource {
  /**
   * A figure over time, oldest point first. Each point stands for a span of time and tells its
   * least and most, so that a spike is seen however few points there are. Where nothing is known
   * there is no point.
   * @param metric dotted path in bridge.json, an output by its id
   * @returns null if no such figure is kept
   */
  read(metric: string, query: HistoryQuery): History | null | Promise<History | null>;
}

/** Keeps them in memory, from some moment on. */
export interface RecentSource extends HistorySource {
  read(metric: string, query: HistoryQuery): History | null;
  /** Unix milliseconds from which on it knows what there was. */
  sinceMs(): number;
}
