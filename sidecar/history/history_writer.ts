import type { Log } from "../log.ts";
import type { Database } from "./database.ts";

/** Changes the database; called within a transaction, possibly more than once until that holds. */
export type Write = (database: Database) => void;

/**
 * Writes to the history off the tick's path: what is queued goes into the database together, in
 * order, and waits while another program locks it.
 */
export interface HistoryWriter {
  /** Takes a change. Returns at once. */
  enqueue(write: Write): void;
  /** Writes what waits now, if it can. */
  flush(): void;
}

/** What a writer needs. */
export interface HistoryWriterOptions {
  database: Database;
  /** Milliseconds between two transactions. */
  everyMs(): number;
  log: Pick<Log, "warn" | "info">;
}

/** Makes the writer of a database. */
export function createHistoryWriter(
  options: HistoryWriterOptions,
): HistoryWriter & { close(): void } {
  const { database, everyMs, log } = options;
  const waiting: Write[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    try {
      database.exec("BEGIN IMMEDIATE");
      try {
        for (const write of waiting) write(database);
        database.exec("COMMIT");
        waiting.length = 0;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    } catch (error) {
      log.warn("The history cannot be written now; it is tried again", error);
      schedule();
    }
  };
  const schedule = () => timer ??= setTimeout(flush, everyMs());
  return {
    enqueue(write) {
      waiting.push(write);
      schedule();
    },
    flush,
    close() {
      flush();
      clearTimeout(timer);
    },
  };
}
