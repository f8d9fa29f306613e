import { LockBusyError, withFileLock } from "../files/file_lock.ts";
import type { Clock } from "../time/clock.ts";
import { VaultError } from "./vault_error.ts";

/**
 * Runs `write` while no other program and no other part of this one writes the vault.
 * @param path the lock's own file
 * @throws VaultError `busy` if others hold it for 5 s, `failed` if the file cannot be opened; what
 * `write` throws
 */
export async function withVaultLock<T>(
  path: string,
  write: () => Promise<T>,
  options: { deadlineMs?: number; clock?: Clock } = {},
): Promise<T> {
  let isHeld = false;
  try {
    return await withFileLock(path, () => {
      isHeld = true;
      return write();
    }, options);
  } catch (cause) {
    if (isHeld) throw cause;
    if (cause instanceof LockBusyError) throw new VaultError("busy", cause.message, { cause });
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new VaultError(
      "failed",
      `Cannot open ${path}: ${detail}. Mend its permissions, or delete that file.`,
      { cause },
    );
  }
}
