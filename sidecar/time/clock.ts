/** Time, injected so that tests own it. */
export interface Clock {
  /** Unix milliseconds. May jump when the user or the network sets the clock. */
  now(): number;
  /** Milliseconds since some fixed moment; never jumps. For durations and rates. */
  monotonic(): number;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
