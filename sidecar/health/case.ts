import type { AlertRecord } from "../../shared/alert.ts";
import { SEVERITIES, type Severity } from "../../shared/severity.ts";
import { timeOfDay } from "../../shared/time_of_day.ts";
import { type Finding, SINCE } from "./rule.ts";

/** How bad a severity is; higher is worse. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** A moment on the wall clock and on the monotonic one. */
export interface Moment {
  now: number;
  nowMs: number;
}

/** How trouble is taken. */
export interface Handling {
  holdMs: number;
  /** Worse trouble of the same thing says it all: `waits` for what is seen too, `is told` already. */
  outdoneBy?: "waits" | "is told" | null;
}

/** Trouble that was last seen that long ago does not last, though it is no more than a while ago. */
const LASTS_MS = 2_000;

/** How long trouble that is not yet told must be worse to be told as that. */
const SETTLED_MS = 1_000;

/**
 * One occurrence of trouble: pending until it has lasted, firing until it has been gone for long
 * enough, resolved. As Prometheus's alerts, with `keep_firing_for`.
 */
export class Case {
  readonly id: string;
  readonly #uid = crypto.randomUUID();
  readonly #since: number;
  #beganMs: number;
  #seenMs: number;
  #finding: Finding;
  #severity: Severity;
  /** As it was when it was worst. */
  #worst: Finding;
  /** Since when it has been worse than `severity`; null if it is not. */
  #worseSinceMs: number | null = null;
  #firedAt: number | null = null;
  #resolvedAt: number | null = null;

  constructor(id: string, finding: Finding, { now, nowMs }: Moment) {
    const agoMs = finding.beganMsAgo ?? 0;
    this.id = id;
    this.#since = Math.round(now - agoMs);
    this.#beganMs = nowMs - agoMs;
    this.#seenMs = nowMs - (finding.seenMsAgo ?? 0);
    this.#finding = finding;
    this.#worst = finding;
    this.#severity = finding.severity;
  }

  /** Unix milliseconds at which it began. */
  get since(): number {
    return this.#since;
  }

  /** What was seen last. */
  get finding(): Finding {
    return this.#finding;
  }

  /** How bad it is. It rises only when it was worse for the hold time, and falls at once. */
  get severity(): Severity {
    return this.#severity;
  }

  /** Whether it lasted long enough to be told. */
  get firing(): boolean {
    return this.#firedAt !== null && this.#resolvedAt === null;
  }

  /** The message, with the time of day since when it is so. */
  get message(): string {
    return this.#told(this.#finding);
  }

  /**
   * Takes what is seen now.
   * @returns whether it is to be told: it fires now, or is worse than it ever was
   */
  see(finding: Finding, { now, nowMs }: Moment, { holdMs, outdoneBy = null }: Handling): boolean {
    const seenMsAgo = finding.seenMsAgo ?? 0;
    this.#finding = finding;
    this.#seenMs = nowMs - seenMsAgo;
    this.#rate(finding, { nowMs, holdMs });
    if (this.firing) return this.#noteWorst();
    this.#worst = finding;
    // While worse trouble is told this one does not grow old: it may be what is left of that.
    if (outdoneBy === "is told") this.#beganMs = nowMs;
    const lasts = seenMsAgo <= LASTS_MS && nowMs - this.#beganMs >= holdMs;
    if (!lasts || outdoneBy !== null) return false;
    this.#firedAt = Math.max(this.#since, Math.round(now));
    this.#worst = { ...finding, severity: this.#severity };
    return true;
  }

  /** Whether it has been gone for long enough; what was never told is over at once. */
  isOver({ nowMs, recoveryMs }: { nowMs: number; recoveryMs: number }): boolean {
    return !this.firing || nowMs - this.#seenMs >= recoveryMs;
  }

  /** Says it in other words from now on, as it is remembered too. */
  retell(message: string): void {
    this.#finding = { ...this.#finding, message };
    this.#worst = { ...this.#worst, message };
  }

  /** Takes it that it is over. */
  end({ now }: Moment): void {
    this.#resolvedAt = Math.max(this.#firedAt ?? this.#since, Math.round(now));
  }

  /** It as it is remembered: at its worst. */
  record(): AlertRecord {
    const { severity, metric, value } = this.#worst;
    return {
      id: this.id,
      uid: this.#uid,
      state: this.#resolvedAt !== null ? "resolved" : this.firing ? "firing" : "pending",
      severity,
      message: this.#told(this.#worst),
      metric,
      value,
      since: this.#since,
      fired_at: this.#firedAt,
      resolved_at: this.#resolvedAt,
    };
  }

  #rate({ severity }: Finding, { nowMs, holdMs }: { nowMs: number; holdMs: number }): void {
    if (rank(severity) <= rank(this.#severity)) {
      this.#worseSinceMs = null;
      this.#severity = severity;
      return;
    }
    this.#worseSinceMs ??= nowMs;
    const worseMs = this.firing ? holdMs : Math.min(holdMs, SETTLED_MS);
    if (nowMs - this.#worseSinceMs < worseMs) return;
    this.#worseSinceMs = null;
    this.#severity = severity;
  }

  #noteWorst(): boolean {
    if (rank(this.#severity) <= rank(this.#worst.severity)) return false;
    this.#worst = { ...this.#finding, severity: this.#severity };
    return true;
  }

  #told({ message }: Finding): string {
    return message.replace(SINCE, ` since ${timeOfDay(this.#since)}`);
  }
}
