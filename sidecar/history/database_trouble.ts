/**
 * What keeps a database from being used: another program locks it, there is no space, it cannot be
 * reached or written, or what it holds is damaged.
 */
export type DatabaseTrouble = "locked" | "full" | "unreachable" | "damaged";

/**
 * SQLite's words for its error codes, as `sqlite3ErrStr` in its `src/main.c` has them; Deno's
 * errors tell no code.
 */
const WORDS: readonly (readonly [RegExp, DatabaseTrouble])[] = [
  [/database (table |schema )?is locked|locking protocol/, "locked"],
  [/database or disk is full/, "full"],
  [/disk I\/O error|readonly database|unable to open database/, "unreachable"],
  [/disk image is malformed|file is not a database|malformed database schema/, "damaged"],
];

/** What an error tells of the database; null if it is no trouble of the database's. */
export function troubleOf(error: unknown): DatabaseTrouble | null {
  if (!(error instanceof Error)) return null;
  return WORDS.find(([words]) => words.test(error.message))?.[1] ?? null;
}
