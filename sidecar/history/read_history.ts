import { DatabaseSync } from "node:sqlite";
import { cannotRun, CannotRunError } from "../cannot_run_error.ts";
import type { DetailSources } from "../sessions/session_detail.ts";
import { createSessionReader, type SessionReader } from "../sessions/session_reader.ts";
import { alertsBetween } from "./alert_store.ts";
import { APPLICATION_ID } from "./database.ts";
import { MIGRATIONS } from "./migrations/mod.ts";
import { createStoredHistory } from "./stored_history.ts";

/** What is remembered, to be read only. */
export interface ReadHistory extends Disposable {
  readonly sessions: SessionReader;
  readonly alertsBetween: DetailSources["alertsBetween"];
  readonly series: DetailSources["series"];
}

/** How long a sidecar that writes is waited for. */
const BUSY_MS = 5000;

/**
 * Opens history.db without changing it, beside a running sidecar or without one.
 * @returns null if nothing was ever remembered
 * @throws CannotRunError if the file is damaged, another program's or a later version's
 */
export function openHistoryToRead(path: string): ReadHistory | null {
  if (!isFile(path)) return null;
  const refuse = (cause: unknown) =>
    cause instanceof CannotRunError ? cause : cannotRun(`Cannot read ${path}`, {
      cause,
      remedy: "If it is damaged, start the sidecar: it sets the file aside and begins a new one.",
    });
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    if (!isOurs(database, path)) {
      database.close();
      return null;
    }
    return readerOf(database, refuse);
  } catch (error) {
    database?.close();
    throw refuse(error);
  }
}

/** @returns whether there is something to read. @throws CannotRunError if it is not ours */
function isOurs(database: DatabaseSync, path: string): boolean {
  const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  const [id, version] = [pragma("application_id"), pragma("user_version")];
  const tables = Number(database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
  // A sidecar has this moment begun with it.
  if (tables === 0) return false;
  if (id !== APPLICATION_ID) {
    throw new CannotRunError(
      `${path} is another program's database. Move it away, or give --data-dir DIR.`,
    );
  }
  if (version < MIGRATIONS.length) {
    throw new CannotRunError(
      `${path} was written by an earlier version of this program. Start the sidecar once: it ` +
        "brings the file up to date.",
    );
  }
  if (version > MIGRATIONS.length) {
    throw new CannotRunError(
      `${path} was written by a later version of this program. Update this one.`,
    );
  }
  return true;
}

function readerOf(database: DatabaseSync, refuse: (cause: unknown) => Error): ReadHistory {
  const told = <T>(ask: () => T): T => {
    try {
      return ask();
    } catch (error) {
      throw refuse(error);
    }
  };
  const sessions = createSessionReader(database);
  const stored = createStoredHistory({
    database,
    recent: null,
    monotonic: () => performance.now(),
  });
  return {
    sessions: {
      list: (page) => told(() => sessions.list(page)),
      find: (id) => told(() => sessions.find(id)),
      earlier: (session, limit) => told(() => sessions.earlier(session, limit)),
    },
    alertsBetween: (fromMs, toMs) => told(() => alertsBetween(database, { fromMs, toMs })),
    series: {
      read: (metric, query) =>
        stored.read(metric, query).catch((error) => {
          throw refuse(error);
        }),
    },
    [Symbol.dispose]: () => database.close(),
  };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw cannotRun(`Cannot read ${path}`, { cause: error, remedy: "Mend its permissions." });
  }
}
