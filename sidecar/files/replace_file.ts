/** Pauses before renaming again, in milliseconds; on Windows only, where readers block a rename. */
const RETRY_PAUSES_MS = [1, 2, 5, 10, 20, 50, 100, 200];

/** Permissions of a file that its user alone may read. */
const PRIVATE_MODE = 0o600;

/** How a file is replaced. */
export interface ReplaceFileOptions {
  /**
   * Whether the old file's permissions and owner stay, and a link leads to the new file as it did
   * to the old one. Default: a new file in the place of whatever is there. Where there is no old
   * file, or not by default, the user alone may read the new one.
   */
  keepsIdentity?: boolean;
  /**
   * Whether the caller holds a lock that keeps other writers away. Then there is one temporary
   * file, and what a crash left of it goes with the next write. Default: each has its own.
   */
  isLocked?: boolean;
}

/**
 * Puts a whole new file in place of `path`: readers see the old one or the new one, never a part.
 * It is on the disk before it takes the place, so that a crash leaves one of the two as well.
 * @throws also if identity is to be kept, and `path` is a link that leads to no file
 */
export async function replaceFile(
  path: string,
  data: Uint8Array,
  { keepsIdentity = false, isLocked = false }: ReplaceFileOptions = {},
): Promise<void> {
  const { target, old } = keepsIdentity ? await identityOf(path) : { target: path, old: null };
  const mode = keepsIdentity && old !== null ? old.mode : PRIVATE_MODE;
  const temporary = isLocked ? `${target}.tmp` : `${target}.${crypto.randomUUID()}.tmp`;
  try {
    await removeIfThere(temporary);
    await writeThrough(temporary, { data, mode, old });
    await rename(temporary, target);
  } catch (error) {
    await removeIfThere(temporary).catch(() => {});
    throw error;
  }
}

async function identityOf(path: string): Promise<{ target: string; old: Deno.FileInfo | null }> {
  try {
    const target = await Deno.realPath(path);
    return { target, old: await Deno.stat(target) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (await isLink(path)) {
    throw new Error(`${path} is a link to a file that is not there. Mend the link or remove it`);
  }
  return { target: path, old: null };
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isSymlink;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function writeThrough(
  path: string,
  { data, mode, old }: { data: Uint8Array; mode: number | null; old: Deno.FileInfo | null },
): Promise<void> {
  using file = await Deno.open(path, {
    write: true,
    createNew: true,
    ...(mode !== null && { mode: mode & PRIVATE_MODE }),
  });
  if (old !== null && Deno.build.os !== "windows") await takeOwner(path, old);
  // Not at the opening, where the process's umask would take bits away.
  if (mode !== null && Deno.build.os !== "windows") await Deno.chmod(path, mode & 0o7777);
  for (let at = 0; at < data.length;) at += await file.write(data.subarray(at));
  await file.sync();
}

async function takeOwner(path: string, { uid, gid }: Deno.FileInfo): Promise<void> {
  const own = await Deno.stat(path);
  if (own.uid !== uid || own.gid !== gid) await Deno.chown(path, uid, gid);
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
