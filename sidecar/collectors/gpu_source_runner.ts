import type { Log } from "../log/log.ts";
import { DeadlineError, withDeadline } from "../time/deadline.ts";
import { settlesAtOnce } from "../time/settles_at_once.ts";
import type { GpuReading } from "./collector.ts";
import type { GpuSource } from "./gpu_source.ts";

/**
 * Runs one source of cards so that its trouble stays its own: one read at a time, and none is
 * waited for longer than the deadline. A read that hangs is not waited for again; until it returns
 * the source has failed.
 */
export class GpuSourceRunner {
  readonly #source: GpuSource;
  readonly #log: Log;
  readonly #deadlineMs: number;
  #running: Promise<GpuReading> | null = null;
  /** Why the read that still runs is given up; null while none hangs. */
  #hung: Error | null = null;
  /** The failure that was logged last; null while the source works. */
  #told: string | null = null;

  constructor(source: GpuSource, { log, deadlineMs }: { log: Log; deadlineMs: number }) {
    this.#source = source;
    this.#log = log;
    this.#deadlineMs = deadlineMs;
  }

  /** @throws if the source fails or does not answer; logged once as long as it stays the same */
  async read(): Promise<GpuReading> {
    try {
      if (this.#hung !== null) throw this.#hung;
      const reading = await this.#answer();
      this.#tellRecovery();
      return reading;
    } catch (error) {
      this.#tellFailure(error);
      throw error;
    }
  }

  /** Closes the source. One whose read hangs, maybe for ever, closes when that returns. */
  async close(): Promise<void> {
    const closing = this.#source.close?.();
    closing?.catch(() => {});
    if (this.#running === null) await closing;
  }

  async #answer(): Promise<GpuReading> {
    const { what } = this.#source;
    const running = this.#running ??= Promise.try(() => this.#source.read()).finally(() => {
      this.#running = null;
      this.#hung = null;
    });
    // No card, no wait.
    if (await settlesAtOnce(running)) return await running;
    try {
      return await withDeadline(running, { ms: this.#deadlineMs, what });
    } catch (cause) {
      if (!(cause instanceof DeadlineError) || this.#running === null) throw cause;
      const message =
        `${cause.message}: they are left out until they answer. If that lasts, restart the PC`;
      throw this.#hung = new Error(message, { cause });
    }
  }

  #tellFailure(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (message === this.#told) return;
    this.#told = message;
    this.#log.warn(`${message}.`, error);
  }

  #tellRecovery(): void {
    if (this.#told === null) return;
    this.#told = null;
    this.#log.info(`${this.#source.what} answer again.`);
  }
}
