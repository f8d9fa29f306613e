import { effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { Config } from "../../shared/config.ts";
import { type Api, ApiError } from "../api.ts";
import { AlertLog, REMEMBERED_MS } from "./alert_log.ts";
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

/** From which severity on alerts are heard, as the user's `[dock]` has it. */
export type SoundLevel = Config["dock"]["sound"];

/** What the live page needs besides the link. */
export interface LiveOptions {
  link: Link;
  api: Pick<Api, "history" | "readConfig" | "alerts">;
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
  /** From which severity on alerts are heard. */
  sound: ReadonlySignal<SoundLevel>;
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

  const sound: Signal<SoundLevel> = signal("off");

  async function refreshSettings(): Promise<void> {
    const found = await api.readConfig().catch(() => null);
    if (found === null) return;
    limits.value = found.document.alerts;
    sound.value = found.document.dock.sound;
  }

  async function loadEnded(): Promise<void> {
    const query = { from: now() - REMEMBERED_MS, state: "resolved" } as const;
    const found = await api.alerts(query).catch(() => null);
    if (found !== null) alertLog.load(found, now());
  }

  const ends = [
    effect(() => {
      const telemetry = link.telemetry.value;
      if (telemetry === null) return;
      untracked(() => alertLog.see(telemetry.health.alerts, telemetry.written_at_ms));
    }),
    // The first event of every stream, and each after a change of the settings.
    effect(() => {
      if (link.config.value !== null) untracked(refreshSettings);
    }),
    effect(() => {
      if (link.state.value.kind === "live") untracked(loadEnded);
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
    sound,
    folds: createFolds(storage),
    cursor: signal(null),
    close() {
      for (const end of ends) end();
      history.close();
    },
  };
}
