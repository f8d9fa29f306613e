import type { Log } from "../log/log.ts";
import type { Database } from "./database.ts";
import { type DatabaseTrouble, troubleOf } from "./database_trouble.ts";

/** Changes the database; called within a transaction, possibly more than once until that holds. */
export type Write = (database: Database) => void;

/** How a change is to be treated. */
export interface WriteOptions {
  /** Whether it is given up first where too many wait. */
  expendable?: boolean;
  /** Called once: with true when it is in the database, with false when it was given up. */
  settled?(written: boolean): void;
}

/**
 * Writes to the history off the tick's path: what is queued goes into the database together, in
 * order, and waits while another program locks it.
 */
export interface HistoryWriter {
  /** Takes a change. Returns at once. */
  enqueue(write: Write, options?: WriteOptions): void;
  /** Writes what waits now, if it can. */
  flush(): void;
}

/** What a writer needs. */
export interface HistoryWriterOptions {
  database: Database & {
    /** False while it is in memory, where what is expendable does not go; absent: always kept. */
    readonly isKept?: boolean;
    /** Makes the database usable again, if that can be. */
    repair?(trouble: DatabaseTrouble): void;
  };
  /** Milliseconds from a change to the transaction that it is in. */
  everyMs(): number;
  log: Pick<Log, "warn" | "info">;
}

/** Changes that wait at most: an hour of rows of a second each. */
const MOST_WAITING = 3600;
/** Between two tries. */
const RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
/** How long the last changes are tried when the sidecar ends. */
const LAST_TRIES = 10;
const LAST_RETRY_MS = 100;

const PROBLEMS: Record<DatabaseTrouble, string> = {
  locked: "The history waits, for another program locks history.db. Close that program.",
  full: "The history waits, for the disk is full. Make some space.",
  unreachable: "The history waits, for history.db cannot be written. Mend its permissions.",
  damaged: "The history waits, for history.db is damaged.",
};
/** Short locks are usual: a backup, a look into the file. */
const TOLD_AFTER_TRIES = 20;

interface Waiting extends WriteOptions {
  write: Write;
}

/** A writer that can be closed. */
export interface ClosableWriter extends HistoryWriter {
  /** Why changes wait; null while they do not, or not for long. */
  readonly problem: string | null;
  /** Writes what waits, for up to a second. */
  close(): Promise<void>;
}

/** Makes the writer of a database. */
export function createHistoryWriter(options: HistoryWriterOptions): ClosableWriter {
  return new Writer(options);
}

class Writer implements ClosableWriter {
  readonly #options: HistoryWriterOptions;
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #trouble: DatabaseTrouble | null = null;
  #isTold = false;
  #dropped = 0;
  #isClosed = false;

  constructor(options: HistoryWriterOptions) {
    this.#options = options;
  }

  get problem(): string | null {
    if (this.#trouble === null || !this.#isTold) return null;
    const lost = this.#dropped === 0 ? "" : ` ${this.#dropped} rows are lost.`;
    return PROBLEMS[this.#trouble] + lost;
  }

  enqueue(write: Write, options: WriteOptions = {}): void {
    if (this.#isClosed) {
      options.settled?.(false);
      return;
    }
    this.#waiting.push({ write, ...options });
    if (this.#waiting.length > MOST_WAITING) this.#drop();
    this.#schedule(this.#options.everyMs());
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { isKept = true } = this.#options.database;
    const batch = this.#waiting.filter(({ expendable }) => isKept || expendable !== true);
    if (batch.length === 0) return;
    this.#waiting = isKept ? [] : this.#waiting.filter(({ expendable }) => expendable === true);
    try {
      this.#transact(batch, ({ write }) => write(this.#options.database));
      this.#settle(batch, () => true);
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === null) this.#oneByOne(batch);
      else this.#wait(batch, { trouble, error });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (let tries = 1; tries <= LAST_TRIES; tries++) {
      this.flush();
      if (this.#waiting.length === 0) break;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (tries < LAST_TRIES) await new Promise((done) => setTimeout(done, LAST_RETRY_MS));
    }
    if (this.#waiting.length > 0) {
      this.#options.log.warn(`${this.#waiting.length} changes of the history were not written.`);
      this.#settle(this.#waiting.splice(0), () => false);
    }
  }

  /** One of the changes is at fault: each is made by itself, and only what fails is left out. */
  #oneByOne(batch: Waiting[]): void {
    const failed = new Map<Waiting, unknown>();
    try {
      this.#transact(batch, (waiting) => {
        const { database } = this.#options;
        failed.delete(waiting);
        database.exec("SAVEPOINT change");
        try {
          waiting.write(database);
        } catch (error) {
          if (troubleOf(error) !== null) throw error;
          database.exec("ROLLBACK TO change");
          failed.set(waiting, error);
        }
        database.exec("RELEASE change");
      });
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble !== null) return this.#wait(batch, { trouble, error });
      for (const waiting of batch) failed.set(waiting, error);
    }
    for (const error of failed.values()) {
      this.#options.log.warn("A change of the history failed and is left out.", error);
    }
    this.#settle(batch, (waiting) => !failed.has(waiting));
  }

  #transact(batch: readonly Waiting[], run: (waiting: Waiting) => void): void {
    const { database } = this.#options;
    database.exec("BEGIN IMMEDIATE");
    try {
      for (const waiting of batch) run(waiting);
      database.exec("COMMIT");
    } catch (error) {
      rollBack(database);
      throw error;
    }
  }

  #settle(batch: readonly Waiting[], isWritten: (waiting: Waiting) => boolean): void {
    if (this.#trouble !== null && this.#isTold && !this.#isClosed) {
      this.#options.log.info("The history is written again.");
    }
    this.#trouble = null;
    this.#isTold = false;
    this.#dropped = 0;
    this.#tries = 0;
    for (const waiting of batch) waiting.settled?.(isWritten(waiting));
  }

  #wait(
    batch: Waiting[],
    { trouble, error }: { trouble: DatabaseTrouble; error: unknown },
  ): void {
    // What a change enqueued meanwhile comes after it.
    this.#waiting = [...batch, ...this.#waiting];
    this.#tries++;
    this.#trouble = trouble;
    const isLong = trouble !== "locked" || this.#tries >= TOLD_AFTER_TRIES;
    if (isLong && !this.#isTold) {
      this.#isTold = true;
      this.#options.log.warn(PROBLEMS[trouble], error);
    }
    this.#options.database.repair?.(trouble);
    // A lock is soon gone; what else there is takes the user's hand, and each try takes time.
    const delayMs = RETRY_MS * (trouble === "locked" ? 1 : 2 ** (this.#tries - 1));
    this.#schedule(Math.min(LONGEST_RETRY_MS, delayMs));
  }

  /** Gives up the oldest change that may be, else the oldest of all. */
  #drop(): void {
    const index = Math.max(0, this.#waiting.findIndex(({ expendable }) => expendable === true));
    const [dropped] = this.#waiting.splice(index, 1);
    this.#dropped++;
    dropped?.settled?.(false);
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => this.flush(), ms);
  }
}

/** SQLite may have rolled back by itself already, as it does where the disk is full. */
function rollBack(database: Database): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // There is no transaction any more.
  }
}
