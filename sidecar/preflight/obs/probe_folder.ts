/** Whether one can write into a folder. `silent`: its drive does not answer. */
export type FolderState = "writable" | "missing" | "refused" | "full" | "silent";

/** Tries a folder; may take for ever on a drive that is gone. */
export type ProbeFolder = (folder: string) => Promise<FolderState>;

/**
 * Tries whether one can write into a folder, with a small file that is removed again. It has a
 * name of its own, so that no file of the user's is touched.
 */
export async function probeFolder(folder: string): Promise<FolderState> {
  try {
    if (!(await Deno.stat(folder)).isDirectory) return "missing";
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    return isMissing ? "missing" : "refused";
  }
  const path = `${folder.replace(/[\\/]+$/, "")}/.obs-telemetry-${crypto.randomUUID()}.tmp`;
  try {
    const file = await Deno.open(path, { write: true, createNew: true });
    try {
      await file.write(new Uint8Array(1));
    } finally {
      file.close();
      await Deno.remove(path);
    }
    return "writable";
  } catch (error) {
    return error instanceof Error && FULL.test(error.message) ? "full" : "refused";
  }
}

/** ENOSPC of Linux and macOS, EDQUOT of Linux and of macOS, ERROR_DISK_FULL of Windows. */
const FULL = /os error (28|122|69|112)\)/;
