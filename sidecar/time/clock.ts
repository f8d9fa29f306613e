/** Time, injected so that tests own it. */
export interface Clock {
  /** Unix milliseconds. May jump when the user or the network sets the clock. */
  now(): number;
  /** Milliseconds since some fixed moment; never jumps. For durations and rates. */
  monotonic(): number;
  /**
   * Milliseconds since the machine was started, its sleep included; in whole seconds, and whatever
   * the clock is set to. Where it is absent, a jump of `now` may be a sleep or a clock that was set.
   */
  sinceBoot?(): number;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // sysinfo on Linux, sysctl's kern.boottime on macOS, GetTickCount64 on Windows: all of them count
  // on while the machine sleeps.
  sinceBoot: () => Deno.osUptime() * 1000,
};
