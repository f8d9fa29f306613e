/**
 * A counter of OBS's that may fall back to zero: its total over one session, and its growth over
 * all of them.
 */
export class ResettingCounter {
  #last: number | null = null;
  #total: number | null = null;
  #grown = 0;

  /** Total of this session; null before the first value. */
  get total(): number | null {
    return this.#total;
  }

  /** What of the total was counted before the counter was last set to zero. */
  get carried(): number {
    return this.#total === null ? 0 : this.#total - (this.#last ?? 0);
  }

  /** Growth since the counter was first seen. Never falls. */
  get grown(): number {
    return this.#grown;
  }

  /** Whether `raw` is below the value before it, so that the counter must have been reset. */
  fellTo(raw: number | null): boolean {
    return raw !== null && this.#last !== null && raw < this.#last;
  }

  /**
   * Takes OBS's value.
   * @param reset whether OBS set the counter to zero since the value before, as far as is known;
   * a value that fell tells it by itself
   */
  update(raw: number | null, { reset = false }: { reset?: boolean } = {}): void {
    if (raw === null) return;
    const first = this.#last === null;
    const growth = first || reset || this.fellTo(raw) ? raw : raw - (this.#last ?? 0);
    this.#total = (this.#total ?? 0) + growth;
    // What was counted before the sidecar came is no growth that it saw.
    if (!first) this.#grown += growth;
    this.#last = raw;
  }

  /** Adds what was counted of this session before OBS last set the counter to zero. */
  carry(before: number | null): void {
    if (before !== null) this.#total = (this.#total ?? 0) + before;
  }

  /** Begins a session: the total starts from zero with the next value. */
  restart(): void {
    this.#total = null;
    this.#last = this.#last === null ? null : 0;
  }
}
