import { DatabaseSync } from "node:sqlite";
import { MIGRATIONS } from "./migrations/mod.ts";

/** "OTBh", so that `file` and others can tell whose database it is. */
export const APPLICATION_ID = 0x4f544268;

/** The history's database. */
export type Database = DatabaseSync;

/**
 * Opens history.db and brings it to today's tables.
 * @throws if the file is no database of ours, or cannot be opened
 */
export function openDatabase(path: string): Database {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function migrate(database: Database): void {
  const { user_version: done } = database.prepare("PRAGMA user_version").get() ?? {};
  for (let version = Number(done); version < MIGRATIONS.length; version++) {
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
