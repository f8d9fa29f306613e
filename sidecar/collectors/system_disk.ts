/** Free space of a recording folder, without ever being held up by its drive. */
import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import { DeadlineError, withDeadline } from "../time/deadline.ts";

/** How long a figure is good for. */
const FRESH_MS = 2000;

/** How long a read may take before the figure before it counts no more: a slow drive is not gone. */
const HUNG_MS = 5000;

/** The folder and its parents, nearest first; empty if the path is not absolute. */
export function posixAncestors(path: string): string[] {
  if (!path.startsWith("/") || path.includes("\0")) return [];
  const names = path.split("/").filter((name) => name !== "");
  return [...names.map((_, i) => `/${names.slice(0, names.length - i).join("/")}`), "/"];
}

/**
 * The folder and its parents up to the drive or network share, nearest first, each with a closing
 * backslash; empty if the path is not absolute. Takes forward slashes too: OBS writes them.
 */
export function windowsAncestors(path: string): string[] {
  if (path.includes("\0")) return [];
  const plain = path.replaceAll("/", "\\").replace(/^\\\\\?\\UNC\\/i, "\\\\")
    .replace(/^\\\\\?\\/, "");
  const root = /^(?:[a-z]:|\\\\[^\\]+\\[^\\]+)(?=\\|$)/i.exec(plain)?.[0];
  if (root === undefined) return [];
  const names = plain.slice(root.length).split("\\").filter((name) => name !== "");
  const parents = names.map((_, i) => `${root}\\${names.slice(0, names.length - i).join("\\")}\\`);
  return [...parents, `${root}\\`];
}

/** The first answer that is not null, asking one folder after the other. */
export async function nearestFreeBytes(
  folders: readonly string[],
  ask: (folder: string) => Promise<number | null>,
): Promise<number | null> {
  for (const folder of folders) {
    const bytes = await ask(folder);
    if (bytes !== null) return bytes;
  }
  return null;
}

/** What a disk meter needs. */
export interface DiskMeterOptions {
  /** Reads the free bytes; may take for ever. */
  read: (folder: string) => Promise<number | null>;
  clock: Clock;
  log: Log;
  /** How long one call may be held up. */
  waitMs?: number;
}

/**
 * Returns a function that gives a folder's free bytes. It reads at most every 2 s. While a read is
 * under way the answer is the figure before, at once, and no second read is begun; once it hangs
 * for 5 s, as on a network drive that is gone, the answer is null. Log lines mark only the changes
 * between good and bad.
 */
export function createDiskMeter(
  { read, clock, log, waitMs = 50 }: DiskMeterOptions,
): (folder: string) => Promise<number | null> {
  let last: { folder: string; bytes: number | null; atMs: number } | null = null;
  let reading: { folder: string; sinceMs: number } | null = null;
  let bad = false;

  function note(folder: string, cause?: unknown): void {
    const now = cause !== undefined;
    if (now && !bad) {
      log.warn(
        `Cannot tell the free space of the recording folder ${folder}: check its drive or ` +
          "network share; the figure stays empty until it answers",
        cause,
      );
    } else if (!now && bad) {
      log.info(`The drive of the recording folder ${folder} answers again`);
    }
    bad = now;
  }

  function isFresh(folder: string): boolean {
    return last?.folder === folder && clock.monotonic() - last.atMs < FRESH_MS;
  }

  async function start(folder: string): Promise<void> {
    reading = { folder, sinceMs: clock.monotonic() };
    try {
      const bytes = await read(folder);
      last = { folder, bytes, atMs: clock.monotonic() };
      note(folder, bytes === null ? new Error("The system does not know the folder") : undefined);
    } catch (error) {
      last = { folder, bytes: null, atMs: clock.monotonic() };
      note(folder, error);
    } finally {
      reading = null;
    }
  }

  /** Begins a read and waits for it, but not for long. */
  async function readFor(folder: string): Promise<void> {
    try {
      await withDeadline(start(folder), { ms: waitMs, what: folder });
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
    }
  }

  return async (folder) => {
    if (reading === null && !isFresh(folder)) await readFor(folder);
    if (reading !== null && clock.monotonic() - reading.sinceMs >= HUNG_MS) {
      note(reading.folder, new Error("The drive has not answered for 5 s"));
      return null;
    }
    return last?.folder === folder ? last.bytes : null;
  };
}
