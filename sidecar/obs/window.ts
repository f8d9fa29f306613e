/** Values over the last while: how much they changed, and how fast. */
export class SlidingWindow {
  readonly #spanMs: number;
  #samples: { atMs: number; values: readonly number[] }[] = [];

  /** @param spanMs how far back the window reaches */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** Adds the values of one moment. Moments must not go backwards. */
  add(atMs: number, values: readonly number[]): void {
    this.#samples.push({ atMs, values });
    const start = atMs - this.#spanMs;
    // The newest sample at or before the start stays: the window reaches from it to now.
    let keepFrom = 0;
    while (
      keepFrom + 1 < this.#samples.length && (this.#samples[keepFrom + 1]?.atMs ?? 0) <= start
    ) keepFrom++;
    if (keepFrom > 0) this.#samples.splice(0, keepFrom);
  }

  /** Forgets everything. */
  clear(): void {
    this.#samples = [];
  }

  /** Change of value number `index` within the window; null with fewer than two samples. */
  change(index: number): number | null {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || first === last) return null;
    return (last.values[index] ?? 0) - (first.values[index] ?? 0);
  }

  /** Change a second of value number `index`; null with fewer than two samples. */
  perSecond(index: number): number | null {
    const change = this.change(index);
    const spanMs = (this.#samples.at(-1)?.atMs ?? 0) - (this.#samples.at(0)?.atMs ?? 0);
    return change === null || spanMs <= 0 ? null : change / spanMs * 1000;
  }
}

/** `part` of `whole` in percent; 0 of nothing; null if either is unknown. */
export function percentOf(part: number | null, whole: number | null): number | null {
  if (part === null || whole === null) return null;
  return whole <= 0 ? 0 : Math.min(100, Math.max(0, part / whole * 100));
}
