import { DatabaseSync } from "node:sqlite";
import { MIGRATIONS } from "./migrations/mod.ts";

/** "OTBh", so that `file` and others can tell whose database it is. */
export const APPLICATION_ID = 0x4f544268;

/**
 * What the history is read and changed through. Statements are prepared where they are used and not
 * kept: the database may be another one later, where a damaged file had to be set aside.
 */
export interface Database extends Pick<DatabaseSync, "exec" | "prepare"> {
  /** Calls back each time that it has become another database; absent where it never does. */
  onSwap?(listener: () => void): void;
}

/** Not an error of the file's: a later version of this program made it. */
export class NewerDatabaseError extends Error {
  override readonly name = "NewerDatabaseError";
}

/** SQLite's memory for pages in KiB, and the longest that its log stays after it was worked off. */
const CACHE_KIB = 512;
const LOG_BYTES = 1 << 20;
const PAGES_TO_CHECKPOINT = 256;

/**
 * Opens history.db and brings it to today's tables.
 * @throws NewerDatabaseError if it is of a later version; it is left as it is then
 * @throws if the file is no database, is locked, or cannot be opened
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    if (version > MIGRATIONS.length) {
      throw new NewerDatabaseError(`${path} is of a later version of this program`);
    }
    // Before the first table: it decides how the file is laid out.
    if (version === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB};` +
        `PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = ${LOG_BYTES};` +
        `PRAGMA wal_autocheckpoint = ${PAGES_TO_CHECKPOINT};`,
    );
    migrate(database, version);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function migrate(database: DatabaseSync, done: number): void {
  for (let version = done; version < MIGRATIONS.length; version++) {
    database.exec("BEGIN IMMEDIATE");
    try {
      database.exec(MIGRATIONS[version] ?? "");
      database.exec(`PRAGMA user_version = ${version + 1}`);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      database.exec("COMMIT");
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  }
}
