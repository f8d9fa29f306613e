import { cannotRun } from "../cannot_run_error.ts";
import { isDiskReadOnly } from "../files/disk_remedy.ts";

/** Another sidecar already uses the data directory. */
export class AlreadyRunningError extends Error {
  override name = "AlreadyRunningError";
}

/** A lock that is held. */
export interface InstanceLock {
  release(): void;
}

/** Who holds a lock, for those who find it held. */
export interface LockHolder {
  version: string;
  pid: number;
  startedAt: Date;
}

/**
 * Takes the lock of a data directory. The system gives it back when the process ends, however it
 * ends.
 * @throws AlreadyRunningError if another process holds it; the message says which. CannotRunError
 * if the lock cannot be used
 */
export function takeInstanceLock(
  path: string,
  holder: LockHolder,
  { os = Deno.build.os }: { os?: typeof Deno.build.os } = {},
): InstanceLock {
  const told = holderPath(path, os);
  const file = openLock(path);
  if (!tryLock(file, path)) {
    file.close();
    throw new AlreadyRunningError(
      `Another sidecar already runs with this data directory${holderOf(told)}. ` +
        'End that one first with "deno task stop", or give another directory with --data-dir DIR.',
    );
  }
  tellHolder(file, holder, { beside: told === path ? null : told });
  return {
    release() {
      // A version that says nothing of itself may hold it next.
      if (told !== path) tryToRemove(told);
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
    file = openToLook(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    throw cannotRun(`Cannot open ${path}`, { cause, remedy: "Mend that file's permissions." });
  }
  const isFree = tryLock(file, path);
  file.close();
  return !isFree;
}

/** To write, as network drives want it for a lock; a read-only disk cannot give that. */
function openToLook(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { read: true, write: true });
  } catch (error) {
    if (!isDiskReadOnly(error)) throw error;
    return Deno.openSync(path, { read: true });
  }
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

/** Windows lets nobody else read a file that is locked: there the holder stands beside it. */
function holderPath(path: string, os: typeof Deno.build.os): string {
  return os === "windows" ? `${path}.txt` : path;
}

function tellHolder(
  file: Deno.FsFile,
  { version, pid, startedAt }: LockHolder,
  { beside }: { beside: string | null },
): void {
  const line = `version ${version}, pid ${pid}, since ${startedAt.toISOString()}\n`;
  try {
    file.truncateSync(0);
    if (beside !== null) Deno.writeTextFileSync(beside, line);
    else file.writeSync(new TextEncoder().encode(line));
  } catch {
    // The disk is full: the lock holds all the same, without saying whose it is.
  }
}

function tryToRemove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone, or somebody reads it: the next holder writes its own.
  }
}

function holderOf(told: string): string {
  try {
    const holder = Deno.readTextFileSync(told).trim();
    return holder === "" ? "" : ` (${holder})`;
  } catch {
    // One of before, on Windows, does not say.
    return "";
  }
}
