import type { Alert } from "../../shared/alert.ts";
import type { Severity } from "../../shared/severity.ts";
import { type Moment, rank } from "../health/case.ts";
import { BookEntry } from "./book_entry.ts";
import type { Lasting, ToldAlert } from "./message.ts";

/** Most alerts that are kept; the sidecar has a handful at a time. */
const MOST_ENTRIES = 64;

/** An alert that fires, changes its severity or is over. */
export interface AlertChange {
  state: "firing" | "resolved";
  alert: Alert;
}

/** What a message tells, to be handed back when it was sent. */
export interface Taken {
  /** Those that last first, the worst first. */
  alerts: readonly ToldAlert[];
  /** Alerts that there was no room for. */
  more: number;
  /** Told before, and not over yet. */
  lasting: Lasting | null;
  readonly marks: readonly { entry: BookEntry; told: ToldAlert; version: number }[];
}

/**
 * What was told of alerts, and what was not. It keeps how things stand, not what happened one by
 * one: however long nothing can be sent, the next message says the last state, shortly.
 */
export class AlertBook {
  readonly #entries = new Map<string, BookEntry>();
  readonly #leftOut = new Set<string>();

  /** Takes what an alert does. Milder alerts than `least` are only followed if they were worse. */
  take({ state, alert }: AlertChange, { least, ...moment }: Moment & { least: Severity }): void {
    const known = this.#entries.get(alert.id);
    if (state === "resolved") {
      known?.resolve(moment);
      return;
    }
    if (rank(alert.severity) < rank(least)) {
      if (known !== undefined && !known.isSpent(moment.nowMs)) return;
      this.#entries.delete(alert.id);
      return;
    }
    if (known !== undefined) {
      known.fire(alert, moment);
      return;
    }
    this.#prune(moment.nowMs);
    if (this.#entries.size < MOST_ENTRIES) {
      this.#entries.set(alert.id, new BookEntry(alert, moment));
    } else if (this.#leftOut.size < MOST_ENTRIES) {
      this.#leftOut.add(alert.id);
    }
  }

  /**
   * When the next message is due, in monotonic milliseconds; null if there is nothing to tell.
   * `isUrgent`: one that tells of something critical.
   */
  dueMs(nowMs: number, { isUrgent }: { isUrgent: boolean } = { isUrgent: false }): number | null {
    const dues = this.#unsaid(nowMs)
      .filter((entry) => !isUrgent || entry.isUrgent(nowMs))
      .map((entry) => entry.dueMs);
    return dues.length === 0 ? null : Math.min(...dues);
  }

  /** Everything that is to be told now. */
  toTell(nowMs: number): Taken {
    const marks = this.#unsaid(nowMs)
      .filter((entry) => !entry.isHeld(nowMs))
      .map((entry) => ({ entry, told: entry.toTell(), version: entry.version }))
      .toSorted((a, b) => order(a.told, b.told));
    return {
      alerts: marks.map(({ told }) => told),
      more: this.#leftOut.size,
      lasting: this.#lasting(new Set(marks.map(({ entry }) => entry))),
      marks,
    };
  }

  /** A message was sent. */
  tell({ marks }: Taken, nowMs: number): void {
    for (const mark of marks) mark.entry.tell({ ...mark, nowMs });
    this.#leftOut.clear();
    this.#prune(nowMs);
  }

  /** Gives up telling what was not told: only what comes from now on will be. */
  giveUp(): void {
    for (const entry of this.#entries.values()) entry.giveUp();
    this.#leftOut.clear();
  }

  /** Knows of nothing any more: what was told is no concern of who is told next. */
  clear(): void {
    this.#entries.clear();
    this.#leftOut.clear();
  }

  #unsaid(nowMs: number): BookEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.isUnsaid(nowMs));
  }

  #lasting(told: ReadonlySet<BookEntry>): Lasting | null {
    const severities = [...this.#entries.values()]
      .filter((entry) => !told.has(entry))
      .map(({ lasting }) => lasting)
      .filter((severity) => severity !== null)
      .toSorted((a, b) => rank(b) - rank(a));
    const [worst] = severities;
    return worst === undefined ? null : { count: severities.length, worst };
  }

  #prune(nowMs: number): void {
    for (const [id, entry] of this.#entries) {
      if (entry.isSpent(nowMs)) this.#entries.delete(id);
    }
  }
}

function order(a: ToldAlert, b: ToldAlert): number {
  return Number(b.firing) - Number(a.firing) ||
    rank(b.alert.severity) - rank(a.alert.severity) || a.since - b.since;
}
