import { SteadyAxis } from "../history/steady_axis.ts";
import type { Clock } from "../time/clock.ts";

/** The system tells in whole seconds how long it runs: a sleep is longer than that may be off. */
const LEAST_SLEEP_MS = 5_000;

/** A step longer than this was watched by nobody: the machine slept. */
const LONGEST_STEP_MS = 10_000;

/** How long a stream must go on after a sleep before its end has nothing to do with that. */
const AFTER_SLEEP_MS = 15_000;

/** From the moment before to this one: where that was on the axis, and for how long it was watched. */
export interface Step {
  at: number;
  ms: number;
}

/** The time that sessions live in: an axis that keeps its order, and what the machine slept. */
export class SessionClock {
  readonly #clock: Clock;
  readonly #axis: SteadyAxis;
  #steppedAtMs: number;
  #wallMs: number;
  /** How much longer the machine has run than the monotonic clock counted: what it slept. */
  #sleptMs: number;
  /** The last sleep: where it began on the axis, and for how long a stream has gone on since. */
  #sleep: { at: number; survivedMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#axis = new SteadyAxis(this.#present());
    this.#axis.advance(this.#present());
    this.#steppedAtMs = clock.monotonic();
    this.#wallMs = clock.now();
    this.#sleptMs = this.#asleepMs();
  }

  /** The place of this moment on the axis. */
  get at(): number {
    return this.#axis.nowMs;
  }

  /** Milliseconds that never jump, for how long something lasts. */
  get monotonicMs(): number {
    return this.#steppedAtMs;
  }

  /** Where a sleep began that no stream has outlived yet; null without one. */
  get sleptAt(): number | null {
    return this.#sleep?.at ?? null;
  }

  /** The Unix milliseconds of a place, by the clock as it is set now. */
  toWall(at: number): number {
    return this.#axis.toWall(at);
  }

  /** The place of some Unix milliseconds. */
  fromWall(wallMs: number): number {
    return this.#axis.fromWall(wallMs);
  }

  /** Goes on to the present. @param isLive whether a sleep would have a stream to end */
  step(isLive: boolean): Step {
    const at = this.#axis.nowMs;
    const present = this.#present();
    const elapsedMs = Math.max(0, present.monotonicMs - this.#steppedAtMs);
    const jumpedMs = present.wallMs - this.#wallMs - elapsedMs;
    this.#axis.advance(present, { wasSet: jumpedMs > LEAST_SLEEP_MS && !this.#hasSlept() });
    this.#steppedAtMs = present.monotonicMs;
    this.#wallMs = present.wallMs;
    if (isLive && this.#axis.nowMs - at > LONGEST_STEP_MS) {
      this.#sleep = { at: this.#sleep?.at ?? at, survivedMs: 0 };
    }
    return { at, ms: elapsedMs > LONGEST_STEP_MS ? 0 : elapsedMs };
  }

  /** Forgets a sleep when a stream has been up for long enough after it. */
  outlive(isUp: boolean, { ms }: Step): void {
    if (this.#sleep === null) return;
    this.#sleep.survivedMs = isUp ? this.#sleep.survivedMs + ms : 0;
    if (this.#sleep.survivedMs > AFTER_SLEEP_MS) this.#sleep = null;
  }

  /** No stream is left that the sleep could have ended. */
  forgetSleep(): void {
    this.#sleep = null;
  }

  /** Whether the machine has slept since this was last asked, or may have. */
  #hasSlept(): boolean {
    const before = this.#sleptMs;
    this.#sleptMs = this.#asleepMs();
    return this.#sleptMs - before > LEAST_SLEEP_MS || this.#clock.sinceBoot === undefined;
  }

  #asleepMs(): number {
    return (this.#clock.sinceBoot?.() ?? 0) - this.#clock.monotonic();
  }

  #present(): { wallMs: number; monotonicMs: number } {
    return { wallMs: this.#clock.now(), monotonicMs: this.#clock.monotonic() };
  }
}
