import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isDiskFull } from "../files/disk_remedy.ts";
import type { Log } from "../log/log.ts";
import { type Database, NewerDatabaseError, openDatabase } from "./database.ts";
import { type DatabaseTrouble, troubleOf } from "./database_trouble.ts";
import { openFile } from "./open_file.ts";
import { exists } from "./set_aside.ts";

/** What the history's database needs. */
export interface KeptDatabaseOptions {
  /** history.db. */
  path: string;
  /** Unix milliseconds, for the names of files that are set aside. */
  now(): number;
  log: Log;
}

/** Statements that are kept. */
const MOST_STATEMENTS = 64;

/** Tables that are taken along when the file can be opened after all. */
const TAKEN_ALONG = ["stream_sessions", "alerts"];

/**
 * Sessions in memory are numbered from here, so that who still goes by such a number later meets no
 * session of the file, where they get other ones.
 */
const MEMORY_IDS_AFTER = 1e12;

/**
 * The history's database, which is there always: while the file cannot be opened, it is one in
 * memory, so that everything else goes on.
 */
export class KeptDatabase implements Database {
  readonly #options: KeptDatabaseOptions;
  #database: DatabaseSync;
  /** Statements hold memory of SQLite's until they are collected, so that few are made. */
  readonly #prepared = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  #preparedOf: DatabaseSync | null = null;
  #isKept = false;
  #isNewer = false;
  #isLockedOut = false;
  /** Whether the whole file was read once: it takes long, and what breaks later shows in its use. */
  #isChecked = false;
  readonly #listeners: (() => void)[] = [];
  /** Why the file cannot be used; null while it is. */
  #problem: string | null = null;
  /** What was set aside since the start. */
  #aside: string | null = null;

  constructor(options: KeptDatabaseOptions) {
    this.#options = options;
    this.#database = this.#open() ?? openInMemory();
  }

  /** Whether what is written stays. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Whether the file cannot be used only because another program locks it. */
  get isLockedOut(): boolean {
    return this.#isLockedOut;
  }

  /** What the user should know of the file. */
  get problem(): string | null {
    return this.#problem ?? this.#aside;
  }

  onSwap(listener: () => void): void {
    this.#listeners.push(listener);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  prepare(sql: string): ReturnType<DatabaseSync["prepare"]> {
    if (this.#preparedOf !== this.#database) this.#prepared.clear();
    this.#preparedOf = this.#database;
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const made = this.#database.prepare(sql);
    if (this.#prepared.size < MOST_STATEMENTS) this.#prepared.set(sql, made);
    return made;
  }

  /** Opens the file if it could not be opened before, or is there no more. */
  tryAgain(): void {
    if (this.#isNewer) return;
    if (this.#isKept) {
      if (!isGone(this.#options.path)) return;
      this.#swap(() => this.#open() ?? openInMemory());
      return;
    }
    const opened = this.#open({ takingAlong: this.#database });
    if (opened === null) return;
    this.#swap(() => opened);
    this.#options.log.info("The history is kept again.");
  }

  /** Opens the file anew: it is damaged, or cannot be reached through what was opened. */
  repair(trouble: DatabaseTrouble): void {
    if (!this.#isKept) return;
    if (trouble === "damaged") {
      this.#swap(() => this.#open({ isDamaged: true }) ?? openInMemory());
    } else if (trouble === "unreachable") {
      const before = this.#database;
      try {
        this.#database = this.#openFile();
      } catch {
        // Whoever asked goes on with what there is, and asks again.
        return;
      }
      before.close();
    }
  }

  close(): void {
    this.#database.close();
  }

  /** The one before is closed first: a file must not be renamed while it is open. */
  #swap(next: () => DatabaseSync): void {
    this.#database.close();
    this.#database = next();
    for (const listener of this.#listeners) listener();
  }

  /** @returns null if it cannot be opened; the problem then tells why */
  #open({ isDamaged = false, takingAlong }: OpenOptions = {}): DatabaseSync | null {
    const { path, log } = this.#options;
    try {
      const database = this.#openFile({ isDamaged });
      if (takingAlong !== undefined) takeAllAlong(takingAlong, database);
      this.#isKept = true;
      this.#isLockedOut = false;
      this.#problem = null;
      return database;
    } catch (error) {
      const problem = whyNot(path, error);
      if (problem !== this.#problem) log.error(problem, error);
      this.#isKept = false;
      this.#isLockedOut = troubleOf(error) === "locked";
      this.#isNewer = error instanceof NewerDatabaseError;
      this.#problem = problem;
      return null;
    }
  }

  #openFile({ isDamaged = false } = {}): DatabaseSync {
    const { path, now, log } = this.#options;
    const { database, aside, isReindexed } = openFile(path, {
      nowMs: now(),
      isDamaged,
      isChecked: this.#isChecked,
    });
    this.#isChecked = true;
    if (isReindexed) {
      log.warn("The history's indexes did not fit its rows, and were made anew from them.");
    }
    if (aside !== null) {
      this.#aside = aside.why === "foreign"
        ? `${basename(path)} was another program's file. It is now named ${aside.name}, and a ` +
          "new history was begun."
        : `The history was damaged. It is kept as ${aside.name}, and a new one was begun.`;
      log.warn(this.#aside);
    }
    return database;
  }
}

interface OpenOptions {
  isDamaged?: boolean;
  /** A database whose sessions and alerts are to be in the file too. */
  takingAlong?: DatabaseSync;
}

function openInMemory(): DatabaseSync {
  const database = openDatabase(":memory:");
  database.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('stream_sessions', ?)")
    .run(MEMORY_IDS_AFTER);
  return database;
}

function isGone(path: string): boolean {
  try {
    return !exists(path);
  } catch {
    return false;
  }
}

function whyNot(path: string, error: unknown): string {
  const name = basename(path);
  if (error instanceof NewerDatabaseError) {
    return `${name} is of a newer version of this program and is left as it is. Update the ` +
      "program; until then no history is kept.";
  }
  const trouble = error instanceof Deno.errors.PermissionDenied ? "unreachable" : troubleOf(error);
  if (trouble === "locked") {
    return `The history waits in memory, for another program locks ${name}. Close that program.`;
  }
  if (trouble === "full" || isDiskFull(error)) {
    return "No history is kept, for the disk is full. Make some space.";
  }
  return `No history is kept, for ${name} cannot be opened. Check the disk's free space, and the ` +
    "permissions of the folder.";
}

/** All of it or nothing; the file is closed if it does not take it. */
function takeAllAlong(from: DatabaseSync, to: DatabaseSync): void {
  try {
    to.exec("BEGIN IMMEDIATE");
    for (const table of TAKEN_ALONG) takeAlong(table, { from, to });
    to.exec("COMMIT");
  } catch (error) {
    to.close();
    throw error;
  }
}

function takeAlong(
  table: string,
  { from, to }: { from: DatabaseSync; to: DatabaseSync },
): void {
  for (const { id: _, ...row } of from.prepare(`SELECT * FROM ${table} ORDER BY id`).all()) {
    const names = Object.keys(row);
    to.prepare(
      `INSERT OR IGNORE INTO ${table} (${names.join()}) VALUES (${names.map(() => "?").join()})`,
    ).run(...Object.values(row));
  }
}
