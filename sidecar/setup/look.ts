/** Looks at OBS's files as they are. */
import { cannotRun } from "../cannot_run_error.ts";
import { findServerSettings } from "../obs/server_settings.ts";
import { type Installation, lookAtInstallation } from "./installation.ts";
import { type Collection, readCollections } from "./pick_collections.ts";
import { listCollections } from "./plan.ts";
import { isAbsent } from "./workspace.ts";

/** What is at a root; null if no OBS has run with it. */
export function look(root: string): Promise<Installation | null> {
  return lookAtInstallation(root, { readText, exists });
}

/** The scene collections of an OBS. */
export async function collectionsOf({ scenes, sceneFile }: Installation): Promise<Collection[]> {
  return await readCollections(await listCollections(scenes), { sceneFile, readText });
}

/** Ports of the WebSocket servers that are turned on. */
export async function portsOf(roots: readonly string[]): Promise<number[]> {
  const { servers } = await findServerSettings(roots, { readText: Deno.readTextFile });
  return servers.filter(({ enabled }) => enabled).map(({ port }) => port);
}

/** The file's text; null if there is none. @throws CannotRunError if it cannot be read */
export async function readText(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw cannotRun(`Cannot read ${path}`, { cause: error, remedy: "Make it readable." });
  }
}

/** Whether there is such a file or folder. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
