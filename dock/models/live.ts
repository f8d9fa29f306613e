import { effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { Config } from "../../shared/config.ts";
import { type Api, ApiError } from "../api.ts";
import { AlertLog } from "./alert_log.ts";
import type { ChartSource } from "./chart_source.ts";
import { createFolds, type Folds } from "./folds.ts";
import { createHistoryFeed, type HistoryFeed } from "./history_feed.ts";
import { BUCKET_MS, BUCKETS } from "./history_ring.ts";
import type { Link } from "./link.ts";
import { liveSource } from "./live_source.ts";

/** The limits that are drawn, as the user's `[alerts]` has them. */
export type AlertLimits = Pick<
  Config["alerts"],
  | "lost_frames_warning"
  | "lost_frames_error"
  | "fps_warning"
  | "fps_error"
  | "frame_time_warning"
  | "frame_time_error"
  | "cpu_warning"
>;

/** What the live page needs besides the link. */
export interface LiveOptions {
  link: Link;
  api: Pick<Api, "history" | "readConfig">;
  /** Unix milliseconds. */
  now: () => number;
  storage(): Pick<Storage, "getItem" | "setItem">;
}

/** What the live page shows besides the newest snapshot. */
export interface Live {
  history: HistoryFeed;
  /** What the charts are drawn from. */
  source: ChartSource;
  alertLog: AlertLog;
  /** Null until they are known: then no limit is drawn. */
  limits: ReadonlySignal<AlertLimits | null>;
  folds: Folds;
  /** The moment under the pointer in Unix milliseconds, the same in every chart; null without one. */
  cursor: Signal<number | null>;
  close(): void;
}

/** Follows the link, and keeps what it brings as long as the live page needs it. */
export function createLive({ link, api, now, storage }: LiveOptions): Live {
  const history = createHistoryFeed({
    link,
    load: (metric) => {
      const to = now() + BUCKET_MS;
      const points = BUCKETS + 1;
      const span = { from: to - points * BUCKET_MS, to, points };
      return api.history(metric, span).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      });
    },
  });
  const alertLog = new AlertLog();
  const limits: Signal<AlertLimits | null> = signal(null);

  async function refreshLimits(): Promise<void> {
    const found = await api.readConfig().catch(() => null);
    if (found !== null) limits.value = found.document.alerts;
  }

  const ends = [
    effect(() => {
      const telemetry = link.telemetry.value;
      if (telemetry === null) return;
      untracked(() => alertLog.see(telemetry.health.alerts, telemetry.written_at_ms));
    }),
    // The first event of every stream, and each after a change of the settings.
    effect(() => {
      if (link.config.value !== null) untracked(refreshLimits);
    }),
    link.onAlert((event) => {
      alertLog.take(event, link.telemetry.peek()?.written_at_ms ?? event.alert.since ?? 0);
    }),
  ];
  return {
    history,
    source: liveSource(history),
    alertLog,
    limits,
    folds: createFolds(storage),
    cursor: signal(null),
    close() {
      for (const end of ends) end();
      history.close();
    },
  };
}
