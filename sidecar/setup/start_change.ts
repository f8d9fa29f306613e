/** The start with OBS: settings of the overlay's script. */
import { setMember, unsetMember } from "./json_edit.ts";
import { type JsonObject, memberOf, stringOf } from "./json_places.ts";
import type { SetupRecord, StartRecord } from "./manifest.ts";
import { isSamePath, listIn, nameOf, readList, type ScriptList } from "./script_list.ts";
import { unreadable, UnreadableFileError } from "./unreadable_file_error.ts";
import type { Workspace } from "./workspace.ts";

/** Name of the setting (lua/obs_telemetry.lua). */
const SETTING = "start_with_obs";
/** Name of the setting that holds a program; without one, that beside the script's folder is it. */
const PROGRAM_SETTING = "launcher";

/** A scene collection whose script is to start the sidecar. */
export interface StartPlace {
  file: string;
  /** Whole path of this program's script; one of another folder that is there is used as well. */
  script: string;
  /** The package's program that starts the sidecar; null if this is no package. */
  program: string | null;
  /** What setup did earlier. */
  records: readonly SetupRecord[];
}

/** A script's entry in a scene collection. */
interface Entry {
  /** As it stands there. */
  path: string;
  settings: JsonObject;
}

/**
 * Whether the script of a scene collection starts the sidecar with OBS; null if there is none that
 * could.
 */
export async function startsWithObs(
  workspace: Workspace,
  place: StartPlace,
): Promise<boolean | null> {
  try {
    const entry = entryOf(await readList(workspace, place.file), place.script);
    return entry === null ? null : doesStart(entry, place);
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    return null;
  }
}

/**
 * Lets the script of a scene collection start the sidecar with OBS. One of another folder is told
 * the program too, which is not beside it, unless the user chose one.
 * @throws UnreadableFileError also if there is no such script
 */
export async function putStart(
  workspace: Workspace,
  { root, place }: { root: string; place: StartPlace },
): Promise<void> {
  const { file, script, records } = place;
  const found = await readList(workspace, file);
  const entry = entryOf(found, script);
  if (found === null || entry === null) {
    throw unreadable(file, "it has no settings of the overlay's script, which starts the sidecar");
  }
  if (doesStart(entry, place)) return;
  const { path, settings } = entry;
  const earlier = recordOf(records, { file, path });
  const start = setMember(found.text, { object: settings, key: SETTING, value: "true" });
  const program = programFor(entry, place);
  const given = program === null
    ? null
    : withProgram(start.text, { file, path, program: JSON.stringify(program) });
  const isAsGiven = earlier?.program?.set === stringOf(settings, PROGRAM_SETTING);
  const all = [...workspace.edits().flatMap((edit) => edit.records), ...records];
  // An entry of setup's own goes as a whole when it is undone.
  const isOwn = all.some((each) =>
    each.kind === "script" && each.added !== "bridge" && each.file === file && each.path === path
  );
  const record: StartRecord = {
    kind: "start",
    root,
    file,
    path,
    before: isOn(settings) && earlier !== undefined ? earlier.before : start.before,
    program: isAsGiven ? earlier?.program ?? null : null,
  };
  if (program !== null && given !== null) {
    const { before } = record.program ?? given;
    record.program = { set: program, before };
  }
  workspace.change(file, {
    text: given?.text ?? start.text,
    words: "let the overlay's script start the sidecar with OBS" +
      (program === null ? "" : `: ${program}`),
    record: isOwn ? null : record,
  });
}

/**
 * Gives the script its earlier settings back, unless the user has switched the start off or chosen
 * another program since.
 * @throws UnreadableFileError
 */
export async function takeStart(
  workspace: Workspace,
  { file, record }: { file: string; record: StartRecord },
): Promise<string[]> {
  const found = await readList(workspace, file);
  if (found === null) return [];
  const { path, program } = record;
  let { text } = found;
  let entry = entryAt(found, path);
  if (entry !== null && program !== null) {
    const { settings: object } = entry;
    if (stringOf(object, PROGRAM_SETTING) === program.set) {
      text = unsetMember(text, { object, key: PROGRAM_SETTING, before: program.before });
      entry = entryAt(listIn(text, file), path);
    }
  }
  if (entry !== null && isOn(entry.settings)) {
    text = unsetMember(text, { object: entry.settings, key: SETTING, before: record.before });
  }
  if (text === found.text) return [];
  workspace.change(file, { text, words: "let OBS no longer start the sidecar", record });
  return [];
}

/** The text with another program in an entry's settings, and the JSON that stood there before. */
function withProgram(
  text: string,
  { file, path, program }: { file: string; path: string; program: string },
): { text: string; before: string | null } | null {
  const entry = entryAt(listIn(text, file), path);
  if (entry === null) return null;
  return setMember(text, { object: entry.settings, key: PROGRAM_SETTING, value: program });
}

function doesStart(entry: Entry, place: StartPlace): boolean {
  return isOn(entry.settings) && programFor(entry, place) === null;
}

/** The program that a script is to be told; null if it knows one, or the user chose one. */
function programFor(
  { path, settings }: Entry,
  { file, script, program, records }: StartPlace,
): string | null {
  if (program === null || isSamePath(path, script)) return null;
  const known = stringOf(settings, PROGRAM_SETTING) ?? "";
  if (isSamePath(known, program)) return null;
  const isSetups = known === recordOf(records, { file, path })?.program?.set;
  return known === "" || isSetups ? program : null;
}

/** The script's entry, or that of the same script from another folder. */
function entryOf(found: ScriptList | null, script: string): Entry | null {
  const entries = entriesIn(found);
  return entries.find(({ path }) => isSamePath(path, script)) ??
    entries.find(({ path }) => nameOf(path) === nameOf(script)) ?? null;
}

function entryAt(found: ScriptList, path: string): Entry | null {
  return entriesIn(found).find((entry) => entry.path === path) ?? null;
}

/** The scripts that have settings, as OBS gives them to each. */
function entriesIn(found: ScriptList | null): Entry[] {
  if (found?.list?.kind !== "array") return [];
  return found.list.items.flatMap((item) => {
    const path = stringOf(item, "path");
    const settings = memberOf(item, "settings")?.value ?? null;
    return path === null || settings?.kind !== "object" ? [] : [{ path, settings }];
  });
}

function recordOf(
  records: readonly SetupRecord[],
  { file, path }: { file: string; path: string },
): StartRecord | undefined {
  return records.filter((each) => each.kind === "start")
    .find((each) => each.file === file && each.path === path);
}

function isOn(settings: JsonObject): boolean {
  const value = memberOf(settings, SETTING)?.value;
  return value?.kind === "other" && value.value === "true";
}
