import { DeadlineError, withDeadline } from "../time/deadline.ts";
import { obsConfigRoots, type ObsPlaces } from "./config_roots.ts";

/** How long the search for OBS waits for a file on a drive that may sleep or be gone. */
const DEADLINE_MS = 500;

/** What the reader needs. */
export interface SettingsReaderOptions {
  /** Reads a file while all else waits. */
  readTextSync(path: string): string;
  readText(path: string): Promise<string>;
}

/**
 * Makes the function that reads OBS's settings, every second or two while OBS is away. Those in the
 * usual places on the drive of the user's home are read at once, at a fifth of what waking a thread
 * for each takes. A portable OBS may lie on a USB stick or a NAS that takes seconds to answer:
 * nothing waits longer than half a second for that, and no file is asked for again until it came.
 * The function throws DeadlineError while there is no answer.
 */
export function createSettingsReader(
  places: ObsPlaces,
  { readTextSync, readText }: SettingsReaderOptions,
): (path: string) => Promise<string> {
  const near = obsConfigRoots(places).filter((root) => isOnHomeDrive(root, places));
  const awaited = new Set<string>();

  async function readFar(path: string): Promise<string> {
    awaited.add(path);
    try {
      return await readText(path);
    } finally {
      awaited.delete(path);
    }
  }

  return async (path) => {
    if (near.some((root) => path.startsWith(`${root}/`))) return readTextSync(path);
    if (awaited.has(path)) throw new DeadlineError(`No answer yet from ${path}`);
    return await withDeadline(readFar(path), { ms: DEADLINE_MS, what: path });
  };
}

/** Whether a folder lies on the drive of the home folder: by its letter on Windows, else below it. */
function isOnHomeDrive(folder: string, { os, home }: ObsPlaces): boolean {
  if (home === null) return false;
  if (os !== "windows") return folder.startsWith(`${home}/`);
  const drive = home.slice(0, 2).toLowerCase();
  return /^[a-z]:$/.test(drive) && folder.toLowerCase().startsWith(drive);
}
