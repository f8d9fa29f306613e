import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import * as v from "valibot";
import { type Alert, AlertSchema } from "../../shared/alert.ts";

/** Data of an `alert` event: a change of one alert. */
export const AlertEventSchema = v.object({
  state: v.picklist(["firing", "resolved"]),
  alert: AlertSchema,
});

/** A change of one alert. */
export type AlertEvent = v.InferOutput<typeof AlertEventSchema>;

/** An alert that is over. */
export interface EndedAlert {
  alert: Alert;
  /** Unix milliseconds. */
  endedAt: number;
}

/** How long an alert that is over is remembered. */
export const REMEMBERED_MS = 15 * 60_000;

/** Most alerts that are remembered; the oldest go first. */
const MAX_ENDED = 20;

/** Remembers the alerts of the last 15 minutes that are over. Times are the sidecar's. */
export class AlertLog {
  readonly #ended: Signal<readonly EndedAlert[]> = signal([]);
  #active = new Map<string, Alert>();

  /** Alerts that are over, the newest first. */
  get ended(): ReadonlySignal<readonly EndedAlert[]> {
    return this.#ended;
  }

  /** Takes a change that the sidecar tells. */
  take({ state, alert }: AlertEvent, nowMs: number): void {
    if (state === "firing") {
      this.#active.set(alert.id, alert);
      return;
    }
    // What a snapshot showed before may already have ended it.
    const [newest] = this.#ended.peek().filter(({ alert: { id } }) => id === alert.id);
    if (this.#active.delete(alert.id) || newest?.alert.since !== alert.since) {
      this.#end([{ alert, endedAt: nowMs }], nowMs);
    }
  }

  /** Takes a snapshot's active alerts: what is missing of those before is over. */
  see(alerts: readonly Alert[], nowMs: number): void {
    const now = new Map(alerts.map((alert) => [alert.id, alert]));
    const gone = [...this.#active.values()].filter(({ id }) => !now.has(id));
    this.#active = now;
    this.#end(gone.map((alert) => ({ alert, endedAt: nowMs })), nowMs);
  }

  #end(gone: readonly EndedAlert[], nowMs: number): void {
    const before = this.#ended.peek();
    const kept = before.filter(({ endedAt }) => Math.abs(nowMs - endedAt) < REMEMBERED_MS);
    if (gone.length === 0 && kept.length === before.length) return;
    this.#ended.value = [...gone, ...kept].slice(0, MAX_ENDED);
  }
}
