/** A wall clock that falls back by no more is being slewed, not set. */
const SLEWED_MS = 1000;

/**
 * An axis of time that never goes backwards, for what is kept over time. It follows the wall clock,
 * so that sleep is a gap. Where the clock is set back, what was before moves back with it: the
 * order is kept, and nothing lies in the future. Where it is known to have been set forward, what
 * was before moves forward with it.
 */
export class SteadyAxis {
  #nowMs = 0;
  #wallMs: number;
  #monotonicMs: number;

  constructor({ wallMs, monotonicMs }: { wallMs: number; monotonicMs: number }) {
    this.#wallMs = wallMs;
    this.#monotonicMs = monotonicMs;
  }

  /** Milliseconds on the axis at the last `advance`; 0 at first. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Goes on to the present. @param options.wasSet whether the wall clock is known to have been set */
  advance(
    { wallMs, monotonicMs }: { wallMs: number; monotonicMs: number },
    { wasSet = false }: { wasSet?: boolean } = {},
  ): void {
    const elapsedMs = Math.max(0, monotonicMs - this.#monotonicMs);
    const wallElapsedMs = wallMs - this.#wallMs;
    const setBack = wallElapsedMs < elapsedMs - SLEWED_MS || wallElapsedMs < 0;
    this.#nowMs += setBack || wasSet ? elapsedMs : wallElapsedMs;
    this.#wallMs = wallMs;
    this.#monotonicMs = monotonicMs;
  }

  /** The Unix milliseconds of a place on the axis, by the clock as it is set now. */
  toWall(axisMs: number): number {
    return this.#wallMs - this.#nowMs + axisMs;
  }

  /** The place of some Unix milliseconds on the axis. */
  fromWall(wallMs: number): number {
    return wallMs - this.#wallMs + this.#nowMs;
  }
}
