/** Renames tried before giving up, and the pause between two. */
const ATTEMPTS = 10;
const PAUSE_MS = 20;

/**
 * Puts a whole new file, readable by the user alone, in place of `path`: readers see the old one
 * or the new one, never a part. On Windows a rename fails while somebody has the old file open,
 * which lasts a moment, so it is tried again for a fifth of a second.
 */
export async function replaceFile(path: string, data: Uint8Array): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeFile(temporary, data, { createNew: true, mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function rename(from: string, to: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      const held = Deno.build.os === "windows" && error instanceof Deno.errors.PermissionDenied;
      if (!held || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
