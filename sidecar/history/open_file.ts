/** Opens the history's file, whatever state it is in. */
import { DatabaseSync } from "node:sqlite";
import { APPLICATION_ID, NewerDatabaseError, openDatabase } from "./database.ts";
import { troubleOf } from "./database_trouble.ts";
import { exists, setAside } from "./set_aside.ts";

/** A database of more is taken unchecked: reading it all could take seconds on a slow disk. */
const LARGEST_CHECKED_BYTES = 256e6;

/** A database file begins so (https://www.sqlite.org/fileformat.html, section 1.3). */
const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
const PAGE_BYTES_AT = 16;
const PAGES_AT = 28;
const APPLICATION_ID_AT = 68;

/** A database, and what had to be done for it. */
export interface OpenedFile {
  database: DatabaseSync;
  /** Name of the file that had to make way, and why; null if none had to. */
  aside: { name: string; why: "damaged" | "foreign" } | null;
  /** Whether its indexes had to be made anew; what its tables hold was whole. */
  isReindexed: boolean;
}

/**
 * Opens the history's file, or makes it. One that is damaged, or not this program's, is set aside;
 * damage that is in its indexes alone is mended.
 * @throws NewerDatabaseError if it is of a later version
 * @throws if it is locked, or cannot be opened or made
 */
export function openFile(
  path: string,
  { nowMs, isDamaged = false, isChecked = false }: {
    nowMs: number;
    isDamaged?: boolean;
    /** Whether the whole of it was read before, and need not be again. */
    isChecked?: boolean;
  },
): OpenedFile {
  const why = isDamaged ? "damaged" : whyUnusable(path);
  if (why === null) {
    try {
      const opened = isChecked
        ? { database: openDatabase(path), isReindexed: false }
        : openChecked(path);
      return { ...opened, aside: null };
    } catch (error) {
      if (error instanceof NewerDatabaseError) throw error;
      const trouble = troubleOf(error);
      if (trouble !== null && trouble !== "damaged") throw error;
    }
  }
  const aside = why === "missing" && !exists(`${path}-wal`)
    ? null
    : { why: why === "foreign" ? why : "damaged" as const };
  const name = aside === null ? "" : setAside(path, { why: aside.why, nowMs });
  create(path);
  return {
    database: openDatabase(path),
    aside: aside === null ? null : { ...aside, name },
    isReindexed: false,
  };
}

function whyUnusable(path: string): "missing" | "damaged" | "foreign" | null {
  const header = new Uint8Array(HEADER_BYTES);
  try {
    using file = Deno.openSync(path);
    if ((file.readSync(header) ?? 0) < HEADER_BYTES) return "damaged";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "missing";
    throw error;
  }
  if (new TextDecoder().decode(header.subarray(0, MAGIC.length)) !== MAGIC) return "damaged";
  const id = new DataView(header.buffer).getUint32(APPLICATION_ID_AT);
  if (id !== APPLICATION_ID) return "foreign";
  return isCutShort(path, header) ? "damaged" : null;
}

/** SQLite would take the missing end of a page for zeros. What waits in its log may be missing. */
function isCutShort(path: string, header: Uint8Array): boolean {
  if (exists(`${path}-wal`) && Deno.statSync(`${path}-wal`).size > 0) return false;
  const view = new DataView(header.buffer);
  const pageBytes = view.getUint16(PAGE_BYTES_AT);
  // 1 stands for 65,536.
  const bytes = view.getUint32(PAGES_AT) * (pageBytes === 1 ? 1 << 16 : pageBytes);
  return Deno.statSync(path).size < bytes;
}

function openChecked(path: string): Pick<OpenedFile, "database" | "isReindexed"> {
  const database = openDatabase(path);
  try {
    const isLarge = Deno.statSync(path).size > LARGEST_CHECKED_BYTES;
    return { database, isReindexed: isLarge ? false : mendIndexes(database) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Reads all of it, and makes its indexes anew if they do not say what the tables do.
 * @returns whether that was needed
 * @throws if its tables are damaged
 */
function mendIndexes(database: DatabaseSync): boolean {
  const found = faultOf(database, "integrity_check");
  if (found === null) return false;
  // It leaves out whether the indexes say what the tables do.
  if (faultOf(database, "quick_check") !== null) throw damaged(found);
  reindex(database);
  const left = faultOf(database, "integrity_check");
  if (left !== null) throw damaged(left);
  return true;
}

function reindex(database: DatabaseSync): void {
  try {
    database.exec("REINDEX");
  } catch (error) {
    // Two rows may be alike that an index keeps apart.
    throw troubleOf(error) === null ? damaged("its indexes cannot be made anew", error) : error;
  }
}

function faultOf(database: DatabaseSync, check: "integrity_check" | "quick_check"): unknown {
  const found = database.prepare(`PRAGMA ${check}(1)`).get()?.[check];
  return found === "ok" ? null : found;
}

function damaged(what: unknown, cause?: unknown): Error {
  return new Error(`database disk image is malformed: ${what}`, { cause });
}

/** Made whole under another name first: whatever happens, history.db is never half a database. */
function create(path: string): void {
  const fresh = `${path}.new`;
  for (const end of ["", "-wal", "-shm"]) if (exists(fresh + end)) Deno.removeSync(fresh + end);
  // SQLite gives what it adds beside the file the file's own mode.
  Deno.openSync(fresh, { write: true, createNew: true, mode: 0o600 }).close();
  openDatabase(fresh).close();
  Deno.renameSync(fresh, path);
}
