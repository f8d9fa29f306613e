/** The start with OBS: a setting of the overlay's script. */
import type { Installation } from "./installation.ts";
import { setMember, unsetMember } from "./json_edit.ts";
import { type JsonObject, memberOf, stringOf } from "./json_places.ts";
import type { SetupRecord, StartRecord } from "./manifest.ts";
import { isSamePath, readList, type ScriptList } from "./script_list.ts";
import { UnreadableFileError } from "./unreadable_file_error.ts";
import type { Workspace } from "./workspace.ts";

/** Name of the setting (lua/obs_telemetry.lua). Its program is found beside the script's folder. */
const SETTING = "start_with_obs";

/** Whether the script starts the sidecar with each of some scene collections. */
export async function allStartWithObs(
  workspace: Workspace,
  { files, script }: { files: readonly string[]; script: string },
): Promise<boolean> {
  for (const file of files) {
    try {
      const entry = settingsOf(await readList(workspace, file), script);
      if (entry === null || !isOn(entry.settings)) return false;
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      return false;
    }
  }
  return true;
}

/**
 * Lets the script of a scene collection start the sidecar with OBS, if the script is there.
 * @returns what the user should know of
 * @throws UnreadableFileError
 */
export async function putStart(
  workspace: Workspace,
  { installation: { root, sandbox }, file, script, records }: {
    installation: Installation;
    file: string;
    /** The script's whole path. */
    script: string;
    /** What setup did earlier. */
    records: readonly SetupRecord[];
  },
): Promise<string[]> {
  if (sandbox !== null) {
    return [
      `${root}: ${sandbox === "snap" ? "Snap's" : "Flatpak's"} OBS may start no program outside ` +
      'its sandbox, so the sidecar does not start with it. "deno task autostart on" starts it at ' +
      "login.",
    ];
  }
  const found = await readList(workspace, file);
  const entry = settingsOf(found, script);
  if (found === null || entry === null || isOn(entry.settings)) return [];
  const { text, before } = setMember(found.text, {
    object: entry.settings,
    key: SETTING,
    value: "true",
  });
  const { path } = entry;
  const all = [...workspace.edits().flatMap((edit) => edit.records), ...records];
  // An entry of setup's own goes as a whole when it is undone.
  const isOwn = all.some((each) =>
    each.kind === "script" && each.added !== "bridge" && each.file === file && each.path === path
  );
  workspace.change(file, {
    text,
    words: "let the overlay's script start the sidecar with OBS",
    record: isOwn ? null : { kind: "start", root, file, path, before },
  });
  return [];
}

/**
 * Gives the script its earlier setting back, unless the user has switched the start off since.
 * @throws UnreadableFileError
 */
export async function takeStart(
  workspace: Workspace,
  { file, record }: { file: string; record: StartRecord },
): Promise<string[]> {
  const found = await readList(workspace, file);
  const entry = settingsOf(found, record.path);
  if (found === null || entry === null || !isOn(entry.settings)) return [];
  const text = unsetMember(found.text, {
    object: entry.settings,
    key: SETTING,
    before: record.before,
  });
  workspace.change(file, { text, words: "let OBS no longer start the sidecar", record });
  return [];
}

/** The script's path as it stands there, and its settings; null if it is not there. */
function settingsOf(
  found: ScriptList | null,
  script: string,
): { path: string; settings: JsonObject } | null {
  if (found?.list?.kind !== "array") return null;
  for (const item of found.list.items) {
    const path = stringOf(item, "path");
    const settings = memberOf(item, "settings")?.value ?? null;
    if (path === null || !isSamePath(path, script) || settings?.kind !== "object") continue;
    return { path, settings };
  }
  return null;
}

function isOn(settings: JsonObject): boolean {
  const value = memberOf(settings, SETTING)?.value;
  return value?.kind === "other" && value.value === "true";
}
