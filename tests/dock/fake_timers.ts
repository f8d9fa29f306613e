import type { Timers } from "../../dock/models/link.ts";

/** Timers and clock that a test moves by hand. */
export class FakeTimers implements Timers {
  #nowMs = 1_790_000_000_000;
  #nextId = 1;
  readonly #timers = new Map<unknown, { dueMs: number; fn: () => void }>();

  now = (): number => this.#nowMs;

  setTimeout(fn: () => void, ms: number): unknown {
    const id = this.#nextId++;
    this.#timers.set(id, { dueMs: this.#nowMs + ms, fn });
    return id;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer);
  }

  /** Timers that have not run yet. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass, runs what falls due, and lets the promises that hang on it settle. */
  async pass(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#timers]
        .filter(([, { dueMs }]) => dueMs <= end)
        .sort(([, a], [, b]) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      const [id, { dueMs, fn }] = next;
      this.#timers.delete(id);
      this.#nowMs = dueMs;
      fn();
      await settle();
    }
    this.#nowMs = end;
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
