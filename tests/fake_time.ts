import type { Clock } from "../sidecar/time/clock.ts";

const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;

/** A moment on 22 November 2026. */
const START_MS = 1_795_370_000_000;

/**
 * Time that a test moves by hand: a clock, and the process's timers while `install` holds. Timers
 * run in order of their time; promises that hang on them settle before the next one runs.
 */
export class FakeTime implements Clock, Disposable {
  #elapsedMs = 0;
  #jumpedMs = 0;
  #nextId = 1;
  readonly #timers = new Map<number, { dueMs: number; run: () => void }>();

  now = (): number => START_MS + this.#elapsedMs + this.#jumpedMs;
  monotonic = (): number => this.#elapsedMs;

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Takes the process's timers over until disposed of. */
  install(): this {
    const set = (run: () => void, ms = 0) => {
      const id = this.#nextId++;
      this.#timers.set(id, { dueMs: this.#elapsedMs + Math.max(0, ms), run });
      return id;
    };
    Object.assign(globalThis, {
      setTimeout: set,
      clearTimeout: (id: unknown) => this.#timers.delete(Number(id)),
    });
    return this;
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, { setTimeout: realSetTimeout, clearTimeout: realClearTimeout });
  }

  /** Somebody sets the wall clock; time itself goes on as before. */
  jump(ms: number): void {
    this.#jumpedMs += ms;
  }

  /** The machine sleeps: time goes by and no timer runs; those overdue run after. */
  sleep(ms: number): void {
    this.#elapsedMs += ms;
  }

  /** Lets time go by, with everything that falls due. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a.dueMs - b.dueMs);
      if (next === undefined || next[1].dueMs > endMs) break;
      const [id, { dueMs, run }] = next;
      this.#timers.delete(id);
      this.#elapsedMs = Math.max(this.#elapsedMs, dueMs);
      run();
      await settle();
    }
    this.#elapsedMs = endMs;
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => realSetTimeout(resolve, 0));
}
