/** What is known of one alert's id: how it stands, and what was told of it. All times monotonic. */
import type { Alert } from "../../shared/alert.ts";
import type { Severity } from "../../shared/severity.ts";
import { type Moment, rank } from "../health/case.ts";
import type { ToldAlert } from "./message.ts";

/** How long an alert that comes or goes waits for others, to be told with them. */
const GROUPING_MS = 5000;
/** So often told within `FLAPPING_SPAN_MS`, an alert is told on only when it has settled. */
const FLAPPING_TIMES = 3;
/** Also the longest that an alert that comes and goes is told nothing of. */
const FLAPPING_SPAN_MS = 10 * 60_000;
/** What has not changed for so long has settled. */
const SETTLED_MS = 5 * 60_000;
/** What was over before so long is no news. */
const NEWS_MS = 10 * 60_000;
/** Most that an alert's age is believed when it is first heard of: the wall clock may have jumped. */
const OLDEST_MS = 60 * 60_000;

/** That an alert was told of. */
interface Telling {
  /** Monotonic milliseconds. */
  atMs: number;
  /** Rank of the severity. */
  rank: number;
}

/** One alert's id. */
export class BookEntry {
  #alert: Alert;
  #firing = true;
  /** The severity that it was told with; null if it was not, or its end was told too. */
  #told: Severity | null = null;
  /** The severity up to which nothing is told any more; null if it is to be told. */
  #givenUp: Severity | null = null;
  /** Unix milliseconds: of the first time that is to be told, and of the last. */
  #firstSince: number;
  #since: number;
  #resolvedAt: number | null = null;
  #lastedMs: number | null = null;
  #beganMs: number;
  #endedMs = 0;
  #times = 1;
  /** The first change that was not told yet, and the last change. */
  #unsaidMs: number;
  #changedMs: number;
  /** One for each time that it came and was told. */
  #tellings: Telling[] = [];
  #version = 0;

  constructor(alert: Alert, moment: Moment) {
    this.#alert = alert;
    this.#firstSince = this.#since = alert.since ?? moment.now;
    this.#beganMs = begin(alert, moment);
    this.#unsaidMs = this.#changedMs = moment.nowMs;
  }

  /** Changes with every change. */
  get version(): number {
    return this.#version;
  }

  /** The alert fires, or fires more or less severely than before. */
  fire(alert: Alert, moment: Moment): void {
    if (!this.#firing) {
      this.#begin(alert, moment);
    } else if (rank(alert.severity) > rank(this.#alert.severity)) {
      this.#change(moment, () => this.#alert = alert);
    }
  }

  /** The alert is over. */
  resolve({ now, nowMs }: Moment): void {
    if (!this.#firing) return;
    this.#change({ nowMs }, () => {
      this.#firing = false;
      this.#endedMs = nowMs;
      this.#resolvedAt = now;
      this.#lastedMs = nowMs - this.#beganMs;
      // Nobody knows of it, and nobody is told that it is over.
      if (this.#told === null && this.#givenUp !== null) this.#times = 0;
      this.#givenUp = null;
    });
  }

  /** Whether there is something that was not told. */
  isUnsaid(nowMs: number): boolean {
    if (this.#firing) {
      const known = [this.#told, this.#givenUp].filter((severity) => severity !== null).map(rank);
      return rank(this.#alert.severity) > Math.max(-1, ...known);
    }
    return this.#told !== null || this.#times > 0 && nowMs - this.#endedMs <= NEWS_MS;
  }

  /** The severity that it was told with and still has; null if nobody waits for its end. */
  get lasting(): Severity | null {
    return this.#firing ? this.#told : null;
  }

  /** Whether it is critical and not told as such. */
  isUrgent(nowMs: number): boolean {
    return this.#firing && this.#alert.severity === "critical" && this.isUnsaid(nowMs);
  }

  /** When it should be told. */
  get dueMs(): number {
    return this.#isFlapping
      ? Math.min(this.#changedMs + SETTLED_MS, this.#unsaidMs + FLAPPING_SPAN_MS)
      : this.#unsaidMs + GROUPING_MS;
  }

  /** Whether it waits until it has settled. */
  isHeld(nowMs: number): boolean {
    return this.#isFlapping && nowMs < this.dueMs;
  }

  /** What there is to tell. */
  toTell(): ToldAlert {
    return {
      alert: this.#alert,
      firing: this.#firing,
      since: this.#firstSince,
      resolvedAt: this.#firing ? null : this.#resolvedAt,
      lastedMs: this.#firing ? null : this.#lastedMs,
      times: this.#times,
    };
  }

  /** It was told as it was in `version`. */
  tell({ told, version, nowMs }: { told: ToldAlert; version: number; nowMs: number }): void {
    if (told.firing) this.#note({ atMs: nowMs, rank: rank(told.alert.severity) });
    this.#told = told.firing ? told.alert.severity : null;
    this.#givenUp = null;
    if (version === this.#version) {
      this.#times = told.firing ? 1 : 0;
      return;
    }
    // What came while the message was under way is counted anew.
    this.#times = Math.max(this.#times - told.times, 1);
    this.#unsaidMs = nowMs;
    if (!told.firing) this.#firstSince = this.#since;
  }

  /** What was not told will not be. */
  giveUp(): void {
    if (this.#firing) {
      this.#givenUp = this.#alert.severity;
    } else {
      this.#told = null;
      this.#times = 0;
    }
  }

  /** Whether nothing of it is needed any more. */
  isSpent(nowMs: number): boolean {
    return !this.#firing && !this.isUnsaid(nowMs) && this.#recent(nowMs).length === 0;
  }

  get #isFlapping(): boolean {
    const recent = this.#recent(this.#changedMs);
    if (recent.length < FLAPPING_TIMES) return false;
    // What is worse than all that was told of it is news, however often it came.
    return !this.#firing || recent.some((each) => each.rank >= rank(this.#alert.severity));
  }

  #note(telling: Telling): void {
    const recent = this.#recent(telling.atMs);
    // What becomes worse has not come again.
    this.#tellings = [...this.#told === null ? recent : recent.slice(0, -1), telling];
  }

  #begin(alert: Alert, moment: Moment): void {
    const isNew = !this.isUnsaid(moment.nowMs);
    this.#change(moment, () => {
      this.#firing = true;
      this.#beganMs = begin(alert, moment);
      this.#times = isNew ? 1 : this.#times + 1;
      // What was told as worse has not become better by coming again.
      const isWorse = isNew || rank(alert.severity) >= rank(this.#alert.severity);
      this.#alert = isWorse ? alert : { ...alert, severity: this.#alert.severity };
      this.#since = alert.since ?? moment.now;
      if (isNew) this.#firstSince = this.#since;
    });
  }

  #change({ nowMs }: { nowMs: number }, change: () => void): void {
    const wasUnsaid = this.isUnsaid(nowMs);
    change();
    this.#version++;
    this.#changedMs = nowMs;
    if (!wasUnsaid) this.#unsaidMs = nowMs;
  }

  #recent(nowMs: number): Telling[] {
    return this.#tellings.filter(({ atMs }) => nowMs - atMs < FLAPPING_SPAN_MS);
  }
}

/** When an alert began, on the monotonic clock. */
function begin({ since }: Alert, { now, nowMs }: Moment): number {
  const ageMs = since === null ? 0 : now - since;
  return nowMs - Math.min(Math.max(ageMs, 0), OLDEST_MS);
}
