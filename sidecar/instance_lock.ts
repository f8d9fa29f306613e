import { cannotRun } from "./cannot_run_error.ts";

/** Another sidecar already uses the data directory. */
export class AlreadyRunningError extends Error {
  override name = "AlreadyRunningError";
}

/** A lock that is held. */
export interface InstanceLock {
  release(): void;
}

/**
 * Takes the lock of a data directory. The system gives it back when the process ends, however it
 * ends.
 * @throws AlreadyRunningError if another process holds it; the message says which. CannotRunError
 * if the lock cannot be used
 */
export function takeInstanceLock(
  path: string,
  { pid, startedAt }: { pid: number; startedAt: Date },
): InstanceLock {
  const file = openLock(path);
  if (!tryLock(file, path)) {
    file.close();
    throw new AlreadyRunningError(
      `Another sidecar already runs with this data directory${holderOf(path)}. ` +
        "End that one first, or give another directory with --data-dir DIR.",
    );
  }
  try {
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`pid ${pid}, since ${startedAt.toISOString()}\n`));
  } catch {
    // The disk is full: the lock holds all the same, without saying whose it is.
  }
  return {
    release() {
      // Closing gives the lock back; an explicit unlock fails on Windows (os error 33 under Wine).
      file.close();
    },
  };
}

/**
 * Whether a process holds the lock of a data directory.
 * @throws CannotRunError if the lock cannot be used
 */
export function isInstanceLockHeld(path: string): boolean {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true });
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    throw cannotRun(`Cannot open ${path}`, { cause, remedy: "Mend that file's permissions." });
  }
  const isFree = tryLock(file, path);
  file.close();
  return !isFree;
}

function openLock(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw cannotRun(`Cannot open ${path}`, {
      cause,
      remedy: "Delete that file, or mend its permissions.",
    });
  }
}

function tryLock(file: Deno.FsFile, path: string): boolean {
  try {
    return file.tryLockSync(true);
  } catch (cause) {
    file.close();
    throw cannotRun(`Cannot lock ${path}`, {
      cause,
      remedy: "Its drive knows no locks: give a directory on another one with --data-dir DIR.",
    });
  }
}

function holderOf(path: string): string {
  try {
    const holder = Deno.readTextFileSync(path).trim();
    return holder === "" ? "" : ` (${holder})`;
  } catch {
    // Windows does not let others read a locked file.
    return "";
  }
}
