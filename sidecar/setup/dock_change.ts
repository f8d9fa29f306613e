/** The dock in OBS's list of browser docks. */
import { digestOf } from "./digest_of.ts";
import { setIniValue, unsetIniValue } from "./ini_edit.ts";
import { escapeValue, iniPlaces, itemOf, unescapeValue } from "./ini_places.ts";
import type { Installation } from "./installation.ts";
import { insertItem, removePart } from "./json_edit.ts";
import { type JsonArray, type JsonNode, jsonPlaces, memberOf, stringOf } from "./json_places.ts";
import type { DockRecord, SetupRecord } from "./manifest.ts";
import { splice } from "./splice.ts";
import { UnreadableFileError } from "./unreadable_file_error.ts";
import type { Workspace } from "./workspace.ts";

/** Where OBS keeps the list (obs-studio, frontend/widgets/OBSBasic_Browser.cpp). */
const PLACE = { section: "BasicWindow", key: "ExtraBrowserDocks" } as const;

/** Name of the dock in OBS's Docks menu. */
const TITLE = "Telemetry";

/** What `dockUrl` makes: the dock's address with an API token of 43 characters. */
const OUR_URL = /^http:\/\/127\.0\.0\.1:\d{1,5}\/#token=[\w-]{43}$/;

/** The list of docks in one file. */
interface DockList {
  text: string;
  /** From the `=` on; null if the key is not there. */
  raw: { start: number; end: number } | null;
  /** The value as OBS reads it; blank if there is none. */
  value: string;
  /** The parts of the value; null if it is blank or no list. */
  array: JsonArray | null;
}

/**
 * Adds the dock, or brings its address up to date. Other docks are not touched.
 * @returns what the user should know of
 * @throws UnreadableFileError
 */
export async function putDock(
  workspace: Workspace,
  { installation, url, records, newUuid }: {
    installation: Installation;
    url: string;
    /** What setup did earlier. */
    records: readonly SetupRecord[];
    newUuid(): string;
  },
): Promise<string[]> {
  const { userIni: file, root } = installation;
  const list = await readList(workspace, file);
  if (list === null) return [];
  if (list.array === null && list.value.trim() !== "") {
    throw new UnreadableFileError(
      `${file}: its list of browser docks (${PLACE.key}) is not one that OBS can read, so it is ` +
        "left alone. Add the dock in OBS: Docks > Custom Browser Docks, with the URL that " +
        '"deno task dock" prints.',
    );
  }
  const docks = list.array?.items ?? [];
  if (docks.some((dock) => stringOf(dock, "url") === url)) return [];
  const old = docks.find((dock) => OUR_URL.test(stringOf(dock, "url") ?? ""));
  const oldUrl = old === undefined ? null : memberOf(old, "url")?.value ?? null;
  if (old !== undefined && oldUrl !== null) {
    const uuid = stringOf(old, "uuid") ?? "";
    const urlNow = stringOf(old, "url") ?? "";
    const earlier = records.filter((each) => each.kind === "dock")
      .find((each) => each.uuid === uuid && (uuid !== "" || each.file === file));
    const isOwn = earlier !== undefined && earlier.urlBefore === null;
    // What stood there before the first setup, unless the user put another one there since.
    const isAsSet = earlier !== undefined && earlier.digest === await digestOf(urlNow);
    const record: DockRecord = {
      kind: "dock",
      root,
      file,
      uuid,
      digest: await digestOf(url),
      urlBefore: isAsSet ? earlier.urlBefore : urlNow,
      list: null,
    };
    const value = splice(list.value, { ...oldUrl, insert: JSON.stringify(url) });
    workspace.change(file, {
      text: withValue(list, value),
      words: `bring the address of the dock "${TITLE}" up to date: ${shownUrl(url)}`,
      record: isOwn ? null : record,
      replaces: isOwn ? undefined : earlier,
    });
    return [];
  }
  const uuid = newUuid();
  const entry = JSON.stringify({ title: TITLE, url, uuid });
  const record: DockRecord = {
    kind: "dock",
    root,
    file,
    uuid,
    digest: await digestOf(url),
    urlBefore: null,
    list: null,
  };
  let text: string;
  if (list.array === null) {
    const set = setIniValue(list.text, { ...PLACE, value: escapeValue(`[${entry}]`) });
    text = set.text;
    record.list = set.undo;
  } else {
    text = withValue(list, insertItem(list.value, { array: list.array, value: entry }));
  }
  workspace.change(file, { text, words: `add the dock "${TITLE}": ${shownUrl(url)}`, record });
  return [];
}

/**
 * Takes the dock out, or gives the user's own its address back. OBS 31 copies `global.ini` to
 * `user.ini`: both are looked at, and lose the list if setup made it.
 * @returns what the user should know of
 * @throws UnreadableFileError
 */
export async function takeDock(
  workspace: Workspace,
  { installation, record }: { installation: Installation; record: DockRecord },
): Promise<string[]> {
  const notes: string[] = [];
  const files = new Set([record.file, installation.globalIni, installation.userIni]);
  for (const file of files) {
    const list = await readList(workspace, file);
    const array = list?.array ?? null;
    // A dock of the user's may have no id.
    const named = array?.items.filter((item) => (stringOf(item, "uuid") ?? "") === record.uuid);
    const dock = named?.find((item) => OUR_URL.test(stringOf(item, "url") ?? "")) ?? named?.[0];
    if (list === null || array === null || dock === undefined) continue;
    const url = memberOf(dock, "url")?.value;
    if (url === undefined || !OUR_URL.test(url.kind === "string" ? url.value : "")) {
      notes.push(`${file}: the dock that setup made shows another page now, and is left alone.`);
      continue;
    }
    if (stringOf(dock, "url") === record.urlBefore) continue;
    const text = record.urlBefore === null
      ? withoutDock(list, { array, dock, undo: record.list })
      : withValue(
        list,
        splice(list.value, { ...url, insert: JSON.stringify(record.urlBefore) }),
      );
    const words = record.urlBefore === null
      ? `remove the dock "${TITLE}"`
      : "give the dock its earlier address back";
    workspace.change(file, { text, words, record });
  }
  return notes;
}

function withoutDock(
  list: DockList,
  { array, dock, undo }: { array: JsonArray; dock: JsonNode; undo: DockRecord["list"] },
): string {
  if (undo !== null && array.items.length === 1) {
    return unsetIniValue(list.text, { ...PLACE, undo });
  }
  return withValue(list, removePart(list.value, { parts: array.items, part: dock }));
}

async function readList(workspace: Workspace, file: string): Promise<DockList | null> {
  const text = await workspace.read(file);
  if (text === null) return null;
  const item = itemOf(iniPlaces(text), PLACE);
  if (item === null) return { text, raw: null, value: "", array: null };
  const raw = { start: item.nameEnd, end: item.end };
  const { value } = unescapeValue(text.slice(raw.start + 1, raw.end));
  return { text, raw, value, array: arrayOf(value) };
}

function arrayOf(value: string): JsonArray | null {
  try {
    const node = jsonPlaces(value);
    return node.kind === "array" ? node : null;
  } catch {
    return null;
  }
}

/** The file with another value, of which only what differs is written anew. */
function withValue({ text, raw, value }: DockList, next: string): string {
  if (raw === null) throw new Error("There is no list of docks to change");
  const from = raw.start + 1;
  const { offsets } = unescapeValue(text.slice(from, raw.end));
  const shorter = Math.min(value.length, next.length);
  let head = 0;
  while (head < shorter && value[head] === next[head]) head++;
  let tail = 0;
  while (tail < shorter - head && value.at(-1 - tail) === next.at(-1 - tail)) tail++;
  return splice(text, {
    start: from + (offsets[head] ?? 0),
    end: from + (offsets[value.length - tail] ?? 0),
    insert: escapeValue(next.slice(head, next.length - tail)),
  });
}

/** The address without its token. */
function shownUrl(url: string): string {
  return url.replace(/#token=.*$/, "#token=… (the token is not shown)");
}
