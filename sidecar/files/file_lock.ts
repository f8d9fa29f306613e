import { type Clock, systemClock } from "../time/clock.ts";

/** Others kept a lock for too long. */
export class LockBusyError extends Error {
  override name = "LockBusyError";
}

/** How long others may hold a lock; a write takes some milliseconds. */
const DEADLINE_MS = 5000;
const PAUSE_MS = 15;

/**
 * Runs `work` while no other program and no other part of this one does work under the same lock.
 * The system gives the lock back when its holder ends, however it ends.
 * @param path the lock's own file, which stays
 * @throws LockBusyError if others hold it for 5 s; another error if the file cannot be opened
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  { deadlineMs = DEADLINE_MS, clock = systemClock }: { deadlineMs?: number; clock?: Clock } = {},
): Promise<T> {
  // Closing gives the lock back; an explicit unlock fails on Windows (os error 33 under Wine).
  using file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  const endMs = clock.monotonic() + deadlineMs;
  while (!await file.tryLock(true)) {
    if (clock.monotonic() >= endMs) {
      throw new LockBusyError(
        `Another program has kept ${path} locked for ${deadlineMs / 1000} s. Nothing was ` +
          "changed: end that program, or try again.",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (0.5 + Math.random())));
  }
  return await work();
}
