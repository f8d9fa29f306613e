import { cannotRun } from "../cannot_run_error.ts";
import { diskRemedy } from "../files/disk_remedy.ts";
import { replaceFile } from "../files/replace_file.ts";

/** What `crypto.randomUUID` makes (RFC 9562, 4). */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The machine's id among all streamers': random, and the same for as long as the data directory is.
 * It is made where there is none yet, or where the file does not hold one.
 * @throws CannotRunError if it can be neither read nor made
 */
export async function openInstanceId(path: string): Promise<string> {
  try {
    const known = (await Deno.readTextFile(path)).trim();
    if (UUID.test(known)) return known;
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw failure(path, cause);
  }
  const id = crypto.randomUUID();
  try {
    await replaceFile(path, new TextEncoder().encode(`${id}\n`));
  } catch (cause) {
    throw failure(path, cause);
  }
  return id;
}

function failure(path: string, cause: unknown): Error {
  return cannotRun(`Cannot use ${path}`, {
    cause,
    remedy: diskRemedy(cause, { otherwise: "Mend its permissions." }),
  });
}
