/** Pauses before renaming again, in milliseconds; on Windows only, where readers block a rename. */
const RETRY_PAUSES_MS = [1, 2, 5, 10, 20, 50, 100, 200];

/**
 * Puts a whole new file in place of `path`, with the old one's permissions and owner; where `path` is a link,
 * in place of the file that it leads to. The new file is on the disk before it takes the place, so
 * that a crash leaves the old one or the new one. Callers hold the lock: there is one temporary
 * file, and a crash's left-over is replaced by the next.
 */
export async function replaceConfig(path: string, data: Uint8Array): Promise<void> {
  const { target, old } = await fileAt(path);
  const temporary = `${target}.tmp`;
  try {
    await writeThrough(temporary, { data, old });
    await rename(temporary, target);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function fileAt(path: string): Promise<{ target: string; old: Deno.FileInfo | null }> {
  try {
    const target = await Deno.realPath(path);
    return { target, old: await Deno.stat(target) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { target: path, old: null };
  }
}

async function writeThrough(
  path: string,
  { data, old }: { data: Uint8Array; old: Deno.FileInfo | null },
): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  // Not at the opening, where the process's umask would take bits away.
  if (old !== null && Deno.build.os !== "windows") await takeOver(path, old);
  for (let at = 0; at < data.length;) at += await file.write(data.subarray(at));
  await file.sync();
}

async function takeOver(
  path: string,
  { mode, uid, gid }: Pick<Deno.FileInfo, "mode" | "uid" | "gid">,
): Promise<void> {
  const own = await Deno.stat(path);
  if (own.uid !== uid || own.gid !== gid) await Deno.chown(path, uid, gid);
  if (mode !== null) await Deno.chmod(path, mode & 0o7777);
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
