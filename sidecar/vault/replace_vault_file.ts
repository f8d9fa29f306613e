/** Pauses before renaming again, in milliseconds; on Windows only, where readers block a rename. */
const RETRY_PAUSES_MS = [1, 2, 5, 10, 20, 50, 100, 200];

/**
 * Puts a whole new file, readable by the user alone, in place of `path`. It is on the disk before
 * it takes the place, so that a crash leaves the old file or the new one. Callers hold the
 * vault's lock: there is one temporary file, and a crash's left-over is replaced by the next.
 */
export async function replaceVaultFile(path: string, data: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  await removeIfThere(temporary);
  try {
    await writeThrough(temporary, data);
    await rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary).catch(() => {});
    throw error;
  }
}

async function writeThrough(path: string, data: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  for (let at = 0; at < data.length;) at += await file.write(data.subarray(at));
  await file.sync();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function rename(from: string, to: string): Promise<void> {
  for (const pause of RETRY_PAUSES_MS) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      if (!isHeldOpen(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  await Deno.rename(from, to);
}

/** Windows: ERROR_ACCESS_DENIED (5) or ERROR_SHARING_VIOLATION (32) on a file that is open. */
function isHeldOpen(error: unknown): boolean {
  return Deno.build.os === "windows" && error instanceof Error &&
    /os error (5|32)\)/.test(error.message);
}
