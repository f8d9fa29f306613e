/** Looks at OBS's files as they are. */
import { cannotRun } from "../cannot_run_error.ts";
import { findServerSettings } from "../obs/server_settings.ts";
import { type Installation, lookAtInstallation } from "./installation.ts";
import { type Collection, readCollections } from "./pick_collections.ts";
import { isAbsent } from "./workspace.ts";

/** What is at a root; null if no OBS has run with it. */
export function look(root: string): Promise<Installation | null> {
  return lookAtInstallation(root, { readText, exists });
}

/**
 * The folders that exist, each once: two paths may lead to one folder through a link. On Windows, as
 * the disk spells them: what setup did is noted by path, and there one path has many spellings.
 * @throws CannotRunError if one cannot be looked at
 */
export async function uniqueFolders(roots: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>();
  for (const root of roots) {
    try {
      const place = await Deno.realPath(root);
      const isWindows = Deno.build.os === "windows";
      if (!found.has(place)) found.set(place, isWindows ? place : root);
    } catch (cause) {
      if (isAbsent(cause)) continue;
      throw cannotRun(`Cannot look into ${root}`, { cause, remedy: "Make it readable." });
    }
  }
  return [...found.values()];
}

/**
 * The scene collections in a folder, as whole paths, in order; OBS's own copies end in `.bak`.
 * @throws CannotRunError if the folder cannot be read
 */
export async function listCollections(folder: string): Promise<string[]> {
  const files: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory && name.endsWith(".json")) files.push(`${folder}/${name}`);
    }
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw cannotRun(`Cannot read the folder ${folder}`, { cause, remedy: "Make it readable." });
  }
  return files.sort();
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
