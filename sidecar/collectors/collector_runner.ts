import type { CollectorName } from "../../shared/collector_names.ts";
import type { CollectorHealth } from "../../shared/telemetry.ts";
import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import { withDeadline } from "../time/deadline.ts";
import type { Collector } from "./collector.ts";

/** Milliseconds after which figures that could not be read again are no longer shown. */
export const COLLECTOR_DEADLINE_MS = 2_000;

/** Whose figures they are, for the user. */
const SUBJECTS: Readonly<Record<CollectorName, string>> = {
  obs: "OBS",
  system: "the machine",
  network: "the network",
  gpu: "the graphics card",
};

/** A collector's figures as they are known now. */
export interface CollectorState<T> {
  /** Null if there are none, or none fresh enough. */
  value: T | null;
  health: CollectorHealth;
}

/**
 * Runs one collector so that whatever it does costs its own figures only: one call at a time, and
 * a call that takes too long is left behind until it returns.
 */
export class CollectorRunner<T> {
  readonly #collector: Collector<T>;
  readonly #clock: Clock;
  readonly #log: Log;
  #running: { startedAtMs: number; abort: AbortController } | null = null;
  #value: T | null = null;
  #readAtMs: number | null = null;
  #error: string | null = null;
  #loggedError: string | null = null;

  constructor(collector: Collector<T>, { clock, log }: { clock: Clock; log: Log }) {
    this.#collector = collector;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Starts a call and resolves when it is done; never rejects. While a call from before is still
   * under way there is nothing to wait for: the figures are in a later snapshot.
   */
  async refresh(): Promise<void> {
    if (this.#running !== null) return;
    const abort = new AbortController();
    this.#running = { startedAtMs: this.#clock.monotonic(), abort };
    await this.#call(abort.signal);
    this.#running = null;
  }

  /** The figures, unless they are too old, and how the collector fares. */
  state(): CollectorState<T> {
    const nowMs = this.#clock.monotonic();
    const overdueMs = this.#running === null ? 0 : nowMs - this.#running.startedAtMs;
    if (overdueMs >= COLLECTOR_DEADLINE_MS) {
      this.#running?.abort.abort();
      this.#fail(
        `The figures of ${SUBJECTS[this.#collector.name]} have not come for more than 2 s.`,
      );
    }
    const ageMs = this.#readAtMs === null ? null : Math.round(nowMs - this.#readAtMs);
    return {
      value: this.#value,
      health: { ok: this.#error === null, age_ms: ageMs, error: this.#error },
    };
  }

  /** Gives back what the collector holds. Never rejects, and waits no longer than the deadline. */
  async close(): Promise<void> {
    this.#running?.abort.abort();
    const { name } = this.#collector;
    try {
      await withDeadline(Promise.try(() => this.#collector.close?.()), {
        ms: COLLECTOR_DEADLINE_MS,
        what: `the ${name} collector`,
      });
    } catch (error) {
      this.#log.warn(`The ${name} collector could not be closed.`, error);
    }
  }

  async #call(signal: AbortSignal): Promise<void> {
    try {
      const value = await this.#collector.collect(signal);
      this.#value = value;
      this.#readAtMs = this.#collector.readAtMs ?? this.#clock.monotonic();
      this.#error = null;
      if (this.#loggedError !== null) {
        this.#log.debug(`The figures of ${SUBJECTS[this.#collector.name]} have come.`);
        this.#loggedError = null;
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** The figures become unknown. Logged when the reason changes, not at every tick. */
  #fail(error: string): void {
    this.#value = null;
    this.#error = error;
    if (error === this.#loggedError) return;
    this.#loggedError = error;
    this.#log.debug(`No figures of ${SUBJECTS[this.#collector.name]}: ${error}`);
  }
}
