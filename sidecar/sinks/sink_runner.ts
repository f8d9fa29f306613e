import type { Finding } from "../health/rule.ts";
import type { Log } from "../log/log.ts";
import type { Sink, Snapshot } from "./sink.ts";

/**
 * Feeds one sink so that a slow or failing one delays no other: writes come one at a time, and of
 * the snapshots that come meanwhile only the newest is kept.
 */
export class SinkRunner {
  readonly #sink: Sink;
  readonly #log: Log;
  #writing: Promise<void> | null = null;
  #waiting: Snapshot | null = null;
  #problem: string | null = null;

  constructor(sink: Sink, log: Log) {
    this.#sink = sink;
    this.#log = log;
  }

  /** For the snapshots that other sinks get: why the last write failed, if it did. */
  notices(): Finding[] {
    if (this.#problem === null) return [];
    const { name } = this.#sink;
    return [{
      subject: name,
      severity: "warning",
      message: this.#problem,
      metric: `sinks.${name}`,
      value: 0,
    }];
  }

  /** Hands a snapshot over. Returns at once. */
  write(snapshot: Snapshot): void {
    if (this.#writing !== null) {
      this.#waiting = snapshot;
      return;
    }
    try {
      const written = this.#sink.write(snapshot);
      if (written instanceof Promise) this.#writing = this.#finish(written);
      else this.#succeeded();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Waits for the writes under way, then closes the sink. */
  async close(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    await this.#sink.close?.();
  }

  async #finish(written: Promise<void>): Promise<void> {
    try {
      await written;
      this.#succeeded();
    } catch (error) {
      this.#failed(error);
    }
    this.#writing = null;
    const next = this.#waiting;
    this.#waiting = null;
    if (next !== null) this.write(next);
  }

  #succeeded(): void {
    if (this.#problem !== null) this.#log.info(`${this.#sink.name}: works again.`);
    this.#problem = null;
  }

  #failed(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem !== this.#problem) this.#log.error(`${this.#sink.name}: ${problem}`, error);
    this.#problem = problem;
  }
}
