/** The list of scripts in a scene collection. */
import { jsonOf } from "./json_of.ts";
import { type JsonNode, type JsonObject, memberOf } from "./json_places.ts";
import { unreadable } from "./unreadable_file_error.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Where a scene collection keeps its scripts: `modules`, `scripts-tool` (obs-studio,
 * plugins/frontend-tools/scripts.cpp, `save_script_data`).
 */
export interface ScriptList {
  text: string;
  root: JsonObject;
  modules: JsonNode | null;
  list: JsonNode | null;
}

/**
 * The scripts of a scene collection; null if there is no such file.
 * @throws UnreadableFileError
 */
export async function readList(workspace: Workspace, file: string): Promise<ScriptList | null> {
  const text = await workspace.read(file);
  return text === null ? null : listIn(text, file);
}

/** @throws UnreadableFileError if the text is none of a scene collection */
export function listIn(text: string, file: string): ScriptList {
  const root = jsonOf(text, file);
  if (root.kind !== "object") throw unreadable(file, "it is not a JSON object");
  const modules = memberOf(root, "modules")?.value ?? null;
  const list = memberOf(modules, "scripts-tool")?.value ?? null;
  const isKnown = (modules === null || modules.kind === "object") &&
    (list === null || list.kind === "array");
  if (!isKnown) throw unreadable(file, "its list of scripts is not a list");
  return { text, root, modules, list };
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? "";
}

/** Windows's paths have two separators and no case. */
export function isSamePath(path: string | null, other: string): boolean {
  const plain = (text: string) => {
    const slashes = text.replaceAll("\\", "/");
    return /^[a-z]:\//i.test(slashes) ? slashes.toLowerCase() : text;
  };
  return path !== null && plain(path) === plain(other);
}
