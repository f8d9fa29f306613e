import { type Signal, signal } from "@preact/signals";
import type { AlertRecord } from "../../../shared/alert.ts";
import type { Session } from "../../../shared/session.ts";
import type { Api } from "../../api.ts";
import type { ChartSpec } from "../charts.ts";
import { errorText } from "../error_text.ts";
import type { AlertLimits } from "../live.ts";
import { outputsOf, pastMetrics, pastSpecs } from "./past_specs.ts";
import { alertMarks, alertSpan } from "./session_view.ts";
import { SpanCharts } from "./span_charts.ts";

/** Time that charts show before an alert's trouble and after it, in milliseconds. */
const BEFORE_MS = 5 * 60_000;
const AFTER_MS = 2 * 60_000;

/** Alerts that are asked for at once. */
const PAGE_LENGTH = 100;

/** What the list of alerts needs. */
export interface AlertPageOptions {
  api: Pick<Api, "alerts" | "history">;
  /** Unix milliseconds. */
  now: () => number;
  /** The sessions of a moment. */
  sessionsAt(atMs: number): readonly Session[];
}

/** The alerts that are and were, and the minutes before one of them. */
export class AlertPage {
  /** Those that fire, then those that are over; each newest first. */
  readonly alerts: Signal<readonly AlertRecord[]> = signal([]);
  readonly isLoaded: Signal<boolean> = signal(false);
  readonly isAsking: Signal<boolean> = signal(false);
  readonly problem: Signal<string | null> = signal(null);
  /** Whether there may be older ones. */
  readonly hasMore: Signal<boolean> = signal(false);
  /** The alert whose minutes are shown; null without one. */
  readonly opened: Signal<AlertRecord | null> = signal(null);
  /** Null until they are read. */
  readonly charts: Signal<SpanCharts | null> = signal(null);
  readonly #options: AlertPageOptions;
  #seen: readonly AlertRecord[] = [];

  constructor(options: AlertPageOptions) {
    this.#options = options;
  }

  /** Reads the newest again; older ones that were loaded stay. */
  read(): Promise<void> {
    return this.#ask({}, (alerts) => {
      const oldest = alerts.at(-1)?.since ?? -Infinity;
      const older = without(alerts, this.#seen.filter(({ since }) => since <= oldest));
      if (older.length === 0) this.hasMore.value = alerts.length >= PAGE_LENGTH;
      this.#seen = [...alerts, ...older];
    });
  }

  /** Reads older ones. */
  more(): Promise<void> {
    // Several may have begun at the same moment, of which only some are known.
    const to = this.#seen.at(-1)?.since ?? this.#options.now();
    return this.#ask({ from: 0, to }, (alerts) => {
      const next = without(this.#seen, alerts);
      this.hasMore.value = alerts.length >= PAGE_LENGTH && next.length > 0;
      this.#seen = [...this.#seen, ...next];
    });
  }

  /** Shows the minutes around an alert, or hides them again. */
  async toggle(alert: AlertRecord): Promise<void> {
    const isOpen = this.opened.peek()?.uid === alert.uid;
    this.charts.value = null;
    this.opened.value = isOpen ? null : alert;
    if (isOpen) return;
    const { api, now } = this.#options;
    const { from, to } = alertSpan(alert, now());
    const whole = { from: from - BEFORE_MS, to: Math.min(now(), to + AFTER_MS) };
    const charts = new SpanCharts({ api, whole, marks: alertMarks([alert], now()) });
    await charts.load(
      pastMetrics(this.#outputs(alert), alert.metric === null ? [] : [alert.metric]),
    );
    if (this.opened.peek() === alert) this.charts.value = charts;
  }

  /** The charts of the alert that is open. */
  specs(limits: AlertLimits | null): ChartSpec[] {
    const alert = this.opened.value;
    const charts = this.charts.value;
    if (alert === null || charts === null) return [];
    return pastSpecs({
      outputs: this.#outputs(alert),
      limits,
      fps: null,
      metrics: alert.metric === null ? [] : [alert.metric],
      unitOf: (metric) => charts.unitOf(metric),
    });
  }

  /** The outputs that were live at that time; else the one that the alert is about. */
  #outputs({ since, metric }: AlertRecord): ReturnType<typeof outputsOf> {
    const sessions = this.#options.sessionsAt(since);
    if (sessions.length > 0) return outputsOf(sessions);
    const id = /^obs\.outputs\.(.+)\.\w+$/.exec(metric ?? "")?.[1];
    return new Map(id === undefined ? [] : [[id, { name: id, targetKbps: null }]]);
  }

  async #ask(
    query: Parameters<Api["alerts"]>[0],
    take: (alerts: AlertRecord[]) => void,
  ): Promise<void> {
    this.isAsking.value = true;
    try {
      take(await this.#options.api.alerts({ ...query, limit: PAGE_LENGTH }));
      const told = this.#seen.filter(({ fired_at }) => fired_at !== null);
      const isFiring = ({ state }: AlertRecord): boolean => state === "firing";
      this.alerts.value = [
        ...told.filter(isFiring),
        ...told.filter((alert) => !isFiring(alert)),
      ];
      this.problem.value = null;
      this.isLoaded.value = true;
    } catch (error) {
      this.problem.value = errorText(error);
    } finally {
      this.isAsking.value = false;
    }
  }
}

/** Those of `alerts` that are not among `known`. */
function without(known: readonly AlertRecord[], alerts: readonly AlertRecord[]): AlertRecord[] {
  const uids = new Set(known.map(({ uid }) => uid));
  return alerts.filter(({ uid }) => !uids.has(uid));
}
