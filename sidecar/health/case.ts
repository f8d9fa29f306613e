import { SEVERITIES, type Severity } from "../../shared/severity.ts";
import type { Finding } from "./rule.ts";

/** How bad a severity is; higher is worse. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** Trouble that lasts: not yet told, told, or on its way out. */
export class Case {
  /** Unix milliseconds at which it began. */
  readonly since: number;
  readonly #beganMs: number;
  #finding: Finding;
  #severity: Severity;
  /** Since when it has been worse than `severity`; null if it is not. */
  #worseSinceMs: number | null = null;
  #seenMs: number;
  #firing = false;

  /** @param times the moment it was first seen, on the wall clock and the monotonic one */
  constructor(finding: Finding, { now, nowMs }: { now: number; nowMs: number }) {
    this.since = now;
    this.#beganMs = nowMs;
    this.#seenMs = nowMs;
    this.#finding = finding;
    this.#severity = finding.severity;
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
    return this.#firing;
  }

  /** Takes what is seen now. */
  see(finding: Finding, { nowMs, holdMs }: { nowMs: number; holdMs: number }): void {
    this.#finding = finding;
    this.#seenMs = nowMs;
    this.#firing ||= nowMs - this.#beganMs >= holdMs;
    if (rank(finding.severity) <= rank(this.#severity)) {
      this.#worseSinceMs = null;
      this.#severity = finding.severity;
      return;
    }
    this.#worseSinceMs ??= nowMs;
    if (nowMs - this.#worseSinceMs < holdMs) return;
    this.#worseSinceMs = null;
    this.#severity = finding.severity;
  }

  /** Whether it has been gone for long enough; what was never told is over at once. */
  isOver({ nowMs, recoveryMs }: { nowMs: number; recoveryMs: number }): boolean {
    return !this.#firing || nowMs - this.#seenMs >= recoveryMs;
  }
}
