import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Alert, AlertRecord } from "../../shared/alert.ts";
import type { AlertEvent } from "../../shared/api.ts";
import { SEVERITIES } from "../../shared/severity.ts";

/** An alert that is over. */
export interface EndedAlert {
  /** As it stood at its worst. */
  alert: Alert;
  /** Unix milliseconds. */
  endedAt: number;
}

/** How long an alert that is over is remembered. */
export const REMEMBERED_MS = 15 * 60_000;

/** Most alerts that are remembered; the oldest go first. */
const MAX_ENDED = 20;

/** Figures of which less is worse: frames, bitrate and room on the disk. */
const LESS_IS_WORSE = /fps$|kbps$|free_gb$/;

/** Remembers the alerts of the last 15 minutes that are over. Times are the sidecar's. */
export class AlertLog {
  readonly #ended: Signal<readonly EndedAlert[]> = signal([]);
  #active = new Map<string, Alert>();
  #openedAt: number | null = null;
  #isLoaded = false;

  /** Alerts that are over, the newest first. */
  get ended(): ReadonlySignal<readonly EndedAlert[]> {
    return this.#ended;
  }

  /** Takes a change that the sidecar tells. */
  take({ state, alert }: { state: AlertEvent["state"]; alert: Alert }, nowMs: number): void {
    if (state === "firing") {
      this.#active.set(alert.id, this.#worst(alert));
      return;
    }
    // What a snapshot showed before may already have ended it.
    const worst = this.#worst(alert);
    const [newest] = this.#ended.peek().filter(({ alert: { id } }) => id === alert.id);
    if (this.#active.delete(alert.id) || newest?.alert.since !== alert.since) {
      this.#end([{ alert: worst, endedAt: nowMs }], nowMs);
    }
  }

  /** Takes a snapshot's active alerts: what is missing of those before is over. */
  see(alerts: readonly Alert[], nowMs: number): void {
    this.#openedAt ??= nowMs;
    const now = new Map(alerts.map((alert) => [alert.id, this.#worst(alert)]));
    const gone = [...this.#active.values()].filter(({ id }) => !now.has(id));
    this.#active = now;
    this.#end(gone.map((alert) => ({ alert, endedAt: nowMs })), nowMs);
  }

  /** Takes what the sidecar remembers of alerts that are over; knows more than this page's time. */
  load(records: readonly AlertRecord[], nowMs: number): void {
    this.#isLoaded = true;
    const known = this.#ended.peek();
    const isKnown = ({ id, since }: AlertRecord): boolean =>
      known.some(({ alert }) => alert.id === id && alert.since === since);
    const missing = records.flatMap((alert): EndedAlert[] => {
      const { resolved_at: endedAt, fired_at } = alert;
      const isOver = endedAt !== null && fired_at !== null && nowMs - endedAt < REMEMBERED_MS;
      return isOver && !isKnown(alert) ? [{ alert, endedAt }] : [];
    });
    if (missing.length === 0) return;
    this.#ended.value = [...known, ...missing]
      .sort((a, b) => b.endedAt - a.endedAt)
      .slice(0, MAX_ENDED);
  }

  /** Whether it has not yet seen as long as it remembers, and nobody told it. */
  isFresh(nowMs: number): boolean {
    return !this.#isLoaded && nowMs - (this.#openedAt ?? nowMs) < REMEMBERED_MS;
  }

  /** An alert as it stands, or as it stood when it was worse. */
  #worst(alert: Alert): Alert {
    const last = this.#active.get(alert.id);
    return last !== undefined && last.since === alert.since && isWorse(last, alert) ? last : alert;
  }

  #end(gone: readonly EndedAlert[], nowMs: number): void {
    const before = this.#ended.peek();
    const kept = before.filter(({ endedAt }) => Math.abs(nowMs - endedAt) < REMEMBERED_MS);
    if (gone.length === 0 && kept.length === before.length) return;
    this.#ended.value = [...gone, ...kept].slice(0, MAX_ENDED);
  }
}

/** Whether one alert is worse than another of the same trouble: by severity, then by figure. */
function isWorse(one: Alert, other: Alert): boolean {
  const more = SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
  if (more !== 0) return more > 0;
  const rise = (one.value ?? 0) - (other.value ?? 0);
  return LESS_IS_WORSE.test(one.metric ?? "") ? rise < 0 : rise > 0;
}
