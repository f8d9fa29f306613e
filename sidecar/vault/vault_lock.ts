import { type Clock, systemClock } from "../clock.ts";
import { VaultError } from "./vault_error.ts";

/** How long others may hold the lock; a write takes some milliseconds. */
const DEADLINE_MS = 5000;
const PAUSE_MS = 15;

/**
 * Runs `write` while no other program and no other part of this one writes the vault. The system
 * gives the lock back when its holder ends, however it ends.
 * @param path the lock's own file
 * @throws VaultError `busy` if others hold it for 5 s, `failed` if the file cannot be opened
 */
export async function withVaultLock<T>(
  path: string,
  write: () => Promise<T>,
  { deadlineMs = DEADLINE_MS, clock = systemClock }: { deadlineMs?: number; clock?: Clock } = {},
): Promise<T> {
  // Closing gives the lock back; an explicit unlock fails on Windows (os error 33 under Wine).
  using file = await openLock(path);
  const end = clock.monotonic() + deadlineMs;
  while (!await file.tryLock(true)) {
    if (clock.monotonic() >= end) {
      throw new VaultError(
        "busy",
        `Another program has kept the vault's lock (${path}) for ${deadlineMs / 1000} s. ` +
          "Nothing was changed: end that program, or try again.",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (0.5 + Math.random())));
  }
  return await write();
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new VaultError(
      "failed",
      `Cannot open ${path}: ${detail}. Mend its permissions, or delete that file.`,
      { cause },
    );
  }
}
