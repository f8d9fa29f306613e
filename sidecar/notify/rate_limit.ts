/** Most messages in a minute: an alert, and that it is over. */
const MOST_A_MINUTE = 2;
const MINUTE_MS = 60_000;
/** Most messages in an hour, and how many of them are kept for what is urgent. */
const MOST_AN_HOUR = 20;
const KEPT_FOR_URGENT = 5;
const HOUR_MS = 60 * 60_000;
/** First and longest pause after a failure; it doubles from one to the next. */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** Pause after a refusal: it may be the service's own fault, but nobody is to be pressed. */
const REFUSED_PAUSE_MS = 15 * 60_000;
/** So long after the first failure what could not be sent is given up. */
const PATIENCE_MS = HOUR_MS;

/** When the next message may be sent. All times are monotonic milliseconds. */
export class RateLimit {
  #sentMs: number[] = [];
  #pausedUntilMs = 0;
  #failures = 0;
  #firstFailureMs = 0;

  /** When the next message may go; may be past. */
  freeMs({ isUrgent }: { isUrgent: boolean }): number {
    const inMinute = this.#sentMs.at(-MOST_A_MINUTE);
    const inHour = this.#sentMs.at(-(isUrgent ? MOST_AN_HOUR : MOST_AN_HOUR - KEPT_FOR_URGENT));
    return Math.max(
      this.#pausedUntilMs,
      inMinute === undefined ? 0 : inMinute + MINUTE_MS,
      inHour === undefined ? 0 : inHour + HOUR_MS,
    );
  }

  /** Failures one after another. */
  get failures(): number {
    return this.#failures;
  }

  /** A message was sent. */
  sent(nowMs: number): void {
    this.#sentMs = [...this.#sentMs, nowMs].slice(-MOST_AN_HOUR);
    this.reset();
  }

  /**
   * A message was not sent.
   * @param afterMs how long the server wants to be left alone, if it said so
   * @returns whether it is still worth trying
   */
  failed(nowMs: number, afterMs: number | null): boolean {
    if (this.#failures === 0) this.#firstFailureMs = nowMs;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures++;
    this.#pausedUntilMs = nowMs + Math.max(pauseMs, afterMs ?? 0);
    if (nowMs - this.#firstFailureMs < PATIENCE_MS) return true;
    this.#failures = 0;
    return false;
  }

  /** A message was refused, and will be until somebody changes something. */
  refused(nowMs: number): void {
    this.#failures = 0;
    this.#pausedUntilMs = nowMs + REFUSED_PAUSE_MS;
  }

  /** Failures say nothing any more. */
  reset(): void {
    this.#failures = 0;
    this.#pausedUntilMs = 0;
  }
}
