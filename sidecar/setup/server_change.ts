/** obs-websocket's settings: turned on, and given a password where there is none. */
import { setIniValue, unsetIniValue } from "./ini_edit.ts";
import { iniPlaces, itemOf, itemValue } from "./ini_places.ts";
import type { Installation } from "./installation.ts";
import { setMember, unsetMember } from "./json_edit.ts";
import { jsonOf } from "./json_of.ts";
import { type JsonObject, memberOf, stringOf } from "./json_places.ts";
import type { ServerRecord } from "./manifest.ts";
import { unreadable } from "./unreadable_file_error.ts";
import type { Workspace } from "./workspace.ts";

const SECTION = "OBSWebSocket";

/** Names of the settings in `global.ini` and in `config.json` (obs-websocket, src/Config.cpp). */
const KEYS = {
  enabled: { ini: "ServerEnabled", json: "server_enabled" },
  password: { ini: "ServerPassword", json: "server_password" },
  authRequired: { ini: "AuthRequired", json: "auth_required" },
  port: { ini: "ServerPort", json: "server_port" },
  firstLoad: { ini: "FirstLoad", json: "first_load" },
  alerts: { ini: "AlertsEnabled", json: "alerts_enabled" },
} as const;

type Setting = ServerRecord["setting"];

/** Where the settings of one OBS stand. */
type Place =
  | { kind: "ini"; path: string; text: string }
  | { kind: "json"; path: string; text: string; object: JsonObject };

/**
 * Turns the server on, and gives it a password unless it has one or the user wants none.
 * @returns what the user should know of
 * @throws UnreadableFileError
 */
export async function putServer(
  workspace: Workspace,
  { installation, newPassword }: { installation: Installation; newPassword(): string },
): Promise<string[]> {
  const notes: string[] = [];
  const place = await placeOf(workspace, installation);
  if (!isOn(place, "enabled")) {
    await put(workspace, { installation, setting: "enabled", value: "true" });
  }
  if (textOf(place, "password") !== "") return notes;
  if (isOff(place, "authRequired")) {
    notes.push(
      "OBS's WebSocket server asks for no password, and so it stays: whoever reaches this machine " +
        "over the network can control OBS.",
    );
  } else {
    await put(workspace, { installation, setting: "password", value: newPassword() });
  }
  return notes;
}

/**
 * Puts a setting back to what it was, if it still is what setup set; wherever it stands now, for
 * OBS 30.2 moves it from `global.ini` to `config.json`.
 * @returns what the user should know of
 * @throws UnreadableFileError
 */
export async function takeServer(
  workspace: Workspace,
  { installation, record }: { installation: Installation; record: ServerRecord },
): Promise<string[]> {
  const place = await placeOf(workspace, installation);
  const { setting } = record;
  const now = setting === "enabled" ? String(isOn(place, "enabled")) : textOf(place, "password");
  if (await digestOf(now) !== record.digest) {
    return now === "" || now === "false"
      ? []
      : [`${place.path}: the WebSocket server's ${setting} was changed since, and is left alone.`];
  }
  workspace.change(place.path, {
    text: restored(place, record),
    words: setting === "enabled"
      ? "turn OBS's WebSocket server off again"
      : "remove the password that setup had made; a program that you gave it to needs a new one",
    record,
  });
  return [];
}

function restored(place: Place, { setting, ini, json }: ServerRecord): string {
  if (place.kind === "ini") {
    const key = KEYS[setting].ini;
    if (ini !== null) return unsetIniValue(place.text, { section: SECTION, key, undo: ini });
    const value = setting === "enabled" ? "false" : "";
    return setIniValue(place.text, { section: SECTION, key, value }).text;
  }
  const { text, object } = place;
  const before = ini === null ? json : setting === "enabled" ? "false" : '""';
  return unsetMember(text, { object, key: KEYS[setting].json, before });
}

async function put(
  workspace: Workspace,
  { installation, setting, value }: { installation: Installation; setting: Setting; value: string },
): Promise<void> {
  const place = await placeOf(workspace, installation);
  const record: ServerRecord = {
    kind: "server",
    root: installation.root,
    setting,
    digest: await digestOf(value),
    ini: null,
    json: null,
  };
  let text: string;
  if (place.kind === "ini") {
    const key = KEYS[setting].ini;
    const set = setIniValue(place.text, { section: SECTION, key, value });
    record.ini = set.undo;
    text = set.text;
  } else {
    const json = setting === "enabled" ? value : JSON.stringify(value);
    const set = setMember(place.text, {
      object: place.object,
      key: KEYS[setting].json,
      value: json,
    });
    record.json = set.before;
    text = set.text;
  }
  const words = setting === "enabled"
    ? "turn on OBS's WebSocket server"
    : "give it a password, for it has none (not shown; it stands in this file only)";
  workspace.change(place.path, { text, words, record });
}

/**
 * `global.ini` as soon as one of the settings stands there: OBS before 30.2 keeps them there, and
 * later ones move them from there to `config.json` at their start, over what that says
 * (obs-websocket, src/Config.cpp, `MigrateGlobalConfigData`). Also where there are none at all.
 */
async function placeOf(
  workspace: Workspace,
  { globalIni, serverJson }: Installation,
): Promise<Place> {
  const text = await workspace.read(globalIni) ?? "";
  const json = await workspace.read(serverJson);
  const ini: Place = { kind: "ini", path: globalIni, text };
  if (json === null) return ini;
  const places = iniPlaces(text);
  const isInIni = Object.values(KEYS).some((key) =>
    itemOf(places, { section: SECTION, key: key.ini }) !== null
  );
  if (isInIni) return ini;
  const object = jsonOf(json, serverJson);
  if (object.kind !== "object") throw unreadable(serverJson, "it is not a JSON object");
  return { kind: "json", path: serverJson, text: json, object };
}

function iniValue(text: string, key: string): string | null {
  const item = itemOf(iniPlaces(text), { section: SECTION, key });
  return item === null ? null : itemValue(text, item);
}

function textOf(place: Place, setting: keyof typeof KEYS): string {
  if (place.kind === "ini") return iniValue(place.text, KEYS[setting].ini) ?? "";
  return stringOf(place.object, KEYS[setting].json) ?? "";
}

/** True as OBS reads it (libobs, `config_get_bool`; obs-websocket takes a JSON boolean only). */
function isOn(place: Place, setting: keyof typeof KEYS): boolean {
  if (place.kind === "json") {
    return literalOf(place.object, KEYS[setting].json) === "true";
  }
  const value = iniValue(place.text, KEYS[setting].ini) ?? "";
  return value.toLowerCase() === "true" || /^\s*[-+]?0*[1-9]/.test(value);
}

/** Set, and to something that is not true. */
function isOff(place: Place, setting: keyof typeof KEYS): boolean {
  if (place.kind === "json") {
    return literalOf(place.object, KEYS[setting].json) === "false";
  }
  return iniValue(place.text, KEYS[setting].ini) !== null && !isOn(place, setting);
}

function literalOf(object: JsonObject, key: string): string | null {
  const value = memberOf(object, key)?.value;
  return value?.kind === "other" ? value.value : null;
}

async function digestOf(value: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value));
  return new Uint8Array(bytes).toBase64();
}
