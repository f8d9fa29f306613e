import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import { createBreather } from "./breather.ts";
import type { Database } from "./database.ts";
import type { HistoryWriter, Write } from "./history_writer.ts";
import { preparePacking } from "./pack_rows.ts";
import { retainedMetrics, type Retention, retentionSteps } from "./retention.ts";

/** What keeping house needs. */
export interface HousekeepingOptions {
  database: Database & { readonly isKept: boolean; tryAgain(): void };
  writer: HistoryWriter;
  retention(): Retention;
  clock: Clock;
  log: Pick<Log, "warn">;
}

/** Between two looks. */
const EVERY_MS = 5000;
/** Looks from one packing to the next try, and from one clearing to the next. */
const PACK_EVERY = 6;
const CLEAR_EVERY = 120;

/** Packs rows and deletes what is too old, now and then, until it is stopped. */
export interface Housekeeping {
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/**
 * Begins to keep house. What is too old is first looked for after ten minutes: by then a machine
 * that started with a wrong clock has set it right.
 */
export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  const { database, writer, retention, clock, log } = options;
  let looks = 0;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let working = Promise.resolve();

  const change = (write: Write) =>
    new Promise<boolean>((settled) => writer.enqueue(write, { settled }));

  async function pack(): Promise<void> {
    const packing = await preparePacking(database, createBreather(clock.monotonic));
    if (packing !== null && !isStopped) await change(packing);
  }

  async function clear(): Promise<void> {
    const now = { nowMs: clock.now(), metrics: retainedMetrics(database) };
    for (const step of retentionSteps(retention(), now)) {
      for (let more = true; more && !isStopped;) {
        const isWritten = await change((database) => more = step(database));
        if (!isWritten) return;
      }
    }
  }

  async function look(): Promise<void> {
    looks++;
    try {
      database.tryAgain();
      if (looks % PACK_EVERY === 0 && database.isKept) await pack();
      if (looks % CLEAR_EVERY === 0) await clear();
    } catch (error) {
      log.warn("The history could not be put in order; it is tried again later.", error);
    }
    if (!isStopped) timer = setTimeout(() => working = look(), EVERY_MS);
  }

  timer = setTimeout(() => working = look(), EVERY_MS);
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      return working;
    },
  };
}
