/** The overlay's script in a scene collection. */
import type { Installation } from "./installation.ts";
import { insertItem, insertMember, removePart, setMember, unsetMember } from "./json_edit.ts";
import { jsonOf } from "./json_of.ts";
import { type JsonNode, type JsonObject, memberOf, stringOf } from "./json_places.ts";
import type { ScriptRecord, SetupRecord } from "./manifest.ts";
import { isSamePath, listIn, nameOf, readList, type ScriptList } from "./script_list.ts";
import type { Workspace } from "./workspace.ts";

/** The script and the file that it shall read, as whole paths. */
export interface OverlayPaths {
  script: string;
  bridge: string;
}

/** Name of the setting that holds the bridge file (lua/obs_telemetry.lua). */
const BRIDGE_SETTING = "bridge_file";

/**
 * Adds the script to a scene collection, or lets the one there read another file. One that setup
 * added from a folder where the program no longer is gets its new place.
 * @returns what the user should know of
 * @throws UnreadableFileError
 */
export async function putScript(
  workspace: Workspace,
  { installation: { root }, file, paths, records }: {
    installation: Installation;
    file: string;
    paths: OverlayPaths;
    /** What setup did earlier. */
    records: readonly SetupRecord[];
  },
): Promise<string[]> {
  const found = await readList(workspace, file);
  if (found === null) return [];
  const scripts = found.list?.kind === "array" ? found.list.items : [];
  const there = scripts.find((item) => isSamePath(stringOf(item, "path"), paths.script));
  if (there !== undefined) {
    const change = otherBridge(found.text, { entry: there, bridge: paths.bridge });
    if (change === null) return [];
    const path = stringOf(there, "path") ?? "";
    const earlier = recordOf(records, { file, path });
    const isOwn = earlier !== undefined && earlier.added !== "bridge";
    // What stood there before the first setup, unless the user put another one there since.
    const isAsSet = earlier !== undefined && change.before === JSON.stringify(earlier.bridge);
    const record: ScriptRecord = {
      kind: "script",
      root,
      file,
      path,
      bridge: paths.bridge,
      added: "bridge",
      before: isAsSet ? earlier.before : change.before,
    };
    workspace.change(file, {
      text: change.text,
      words: `let the overlay's script read ${paths.bridge}`,
      record: isOwn ? null : record,
      replaces: isOwn ? undefined : earlier,
    });
    return [];
  }
  const others = scripts.map((item) => ({ item, path: stringOf(item, "path") ?? "" }))
    .filter(({ path }) => nameOf(path) === nameOf(paths.script));
  for (const { item, path } of others) {
    const earlier = recordOf(records, { file, path });
    if (earlier === undefined || earlier.added === "bridge" || item.kind !== "object") continue;
    workspace.change(file, {
      text: withPaths(found.text, { file, entry: item, paths }),
      words: `replace the overlay's script ${path} by ${paths.script}, reading ${paths.bridge}`,
      record: { ...earlier, path: paths.script, bridge: paths.bridge },
      replaces: earlier,
    });
    return [];
  }
  const other = others[0]?.path;
  if (other !== undefined) {
    return [
      `${file}: it has the overlay's script from another folder already (${other}), so no second ` +
      "one is added, and its bridge file is left alone. To change that, remove that script in OBS " +
      "under Tools > Scripts, close OBS, and run setup again.",
    ];
  }
  const entry = JSON.stringify({
    path: paths.script,
    settings: { [BRIDGE_SETTING]: paths.bridge },
  });
  const { text, added } = withEntry(found, entry);
  workspace.change(file, {
    text,
    words: `add the overlay's script ${paths.script}, reading ${paths.bridge}`,
    record: {
      kind: "script",
      root,
      file,
      path: paths.script,
      bridge: paths.bridge,
      added,
      before: null,
    },
  });
  return [];
}

/**
 * Takes the script out again, or gives it its earlier bridge file back.
 * @returns what the user should know of
 * @throws UnreadableFileError
 */
export async function takeScript(
  workspace: Workspace,
  { file, record }: { file: string; record: ScriptRecord },
): Promise<string[]> {
  const found = await readList(workspace, file);
  if (found?.list?.kind !== "array") return [];
  const { items } = found.list;
  const entry = items.find((item) => stringOf(item, "path") === record.path);
  if (entry === undefined) return [];
  if (record.added === "bridge") return giveBack(workspace, { file, record, found, entry });
  let text = removePart(found.text, { parts: items, part: entry });
  if (items.length === 1) text = withoutEmptyLists(text, { file, added: record.added });
  workspace.change(file, { text, words: "remove the overlay's script", record });
  return [];
}

function giveBack(
  workspace: Workspace,
  { file, record, found, entry }: {
    file: string;
    record: ScriptRecord;
    found: ScriptList;
    entry: JsonNode;
  },
): string[] {
  const settings = memberOf(entry, "settings")?.value ?? null;
  if (settings?.kind !== "object" || stringOf(settings, BRIDGE_SETTING) !== record.bridge) {
    return [`${file}: the overlay's bridge file was changed since, and is left alone.`];
  }
  const text = unsetMember(found.text, {
    object: settings,
    key: BRIDGE_SETTING,
    before: record.before,
  });
  workspace.change(file, { text, words: "give the overlay its earlier bridge file back", record });
  return [];
}

/** The text with another bridge file in an entry; null if it is that one already. */
function otherBridge(
  text: string,
  { entry, bridge }: { entry: JsonNode; bridge: string },
): { text: string; before: string | null } | null {
  const settings = memberOf(entry, "settings")?.value ?? null;
  // OBS gives every script an object of settings: an entry without one is none of OBS's.
  if (settings?.kind !== "object") return null;
  if (isSamePath(stringOf(settings, BRIDGE_SETTING), bridge)) return null;
  return setMember(text, { object: settings, key: BRIDGE_SETTING, value: JSON.stringify(bridge) });
}

/** The text with another path and bridge file in an entry. */
function withPaths(
  text: string,
  { file, entry, paths }: { file: string; entry: JsonObject; paths: OverlayPaths },
): string {
  const value = JSON.stringify(paths.script);
  const moved = setMember(text, { object: entry, key: "path", value }).text;
  const { list } = listIn(moved, file);
  const items = list?.kind === "array" ? list.items : [];
  const again = items.find((item) => stringOf(item, "path") === paths.script);
  if (again === undefined) return moved;
  return otherBridge(moved, { entry: again, bridge: paths.bridge })?.text ?? moved;
}

function withEntry(
  { text, root, modules, list }: ScriptList,
  entry: string,
): { text: string; added: "entry" | "scripts-tool" | "modules" } {
  if (list?.kind === "array") {
    return { text: insertItem(text, { array: list, value: entry }), added: "entry" };
  }
  const lists = `[${entry}]`;
  if (modules?.kind === "object") {
    return {
      text: insertMember(text, { object: modules, key: "scripts-tool", value: lists }),
      added: "scripts-tool",
    };
  }
  const value = `{"scripts-tool": ${lists}}`;
  return { text: insertMember(text, { object: root, key: "modules", value }), added: "modules" };
}

/** The list, and the object that it is in, go too if setup made them and nothing else is there. */
function withoutEmptyLists(
  text: string,
  { file, added }: { file: string; added: ScriptRecord["added"] },
): string {
  const root = jsonOf(text, file);
  const modules = memberOf(root, "modules");
  if (added === "entry" || root.kind !== "object" || modules?.value.kind !== "object") return text;
  const { members } = modules.value;
  const list = memberOf(modules.value, "scripts-tool");
  if (list === null) return text;
  if (added === "modules" && members.length === 1) {
    return removePart(text, { parts: root.members, part: modules });
  }
  return removePart(text, { parts: members, part: list });
}

/** The record of a script in a scene collection. */
function recordOf(
  records: readonly SetupRecord[],
  { file, path }: { file: string; path: string },
): ScriptRecord | undefined {
  return records.filter((each) => each.kind === "script")
    .find((each) => each.file === file && each.path === path);
}
