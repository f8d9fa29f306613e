/** Files of OBS's as OBS writes them. */
import { parseIni } from "../../sidecar/obs/ini.ts";
import type { SetupRig } from "./setup_rig.ts";

/** OBS 29, packed as OBS packs it. */
export const GLOBAL_29 = "[General]\nLastVersion=486539264\n\n[OBSWebSocket]\nFirstLoad=false\n" +
  "ServerEnabled=false\nServerPort=4466\nAuthRequired=true\nServerPassword=mine\n\n" +
  "[Basic]\nSceneCollection=Mine\nSceneCollectionFile=Mine\n";
/** 31.0.2. */
export const GLOBAL_31 = "\uFEFF[General]\r\nLastVersion=520093698\r\nPre31Migrated=true\r\n";
/** A scene collection with numbers that JavaScript cannot hold. */
export const SCENES = '{"name":"Mine","sources":[{"n":9223372036854775807}],"modules":' +
  '{"big":9223372036854775807,"scripts-tool":[]},"x":1e400}';
/** obs-websocket's own file. */
export const CONFIG_31 = '{\n    "alerts_enabled": false,\n    "auth_required": true,\n' +
  '    "first_load": false,\n    "server_enabled": false,\n    "server_password": "mine",\n' +
  '    "server_port": 4455\n}';

/** Writes the files of an OBS 29. */
export function obs29(rig: SetupRig): void {
  rig.write("global.ini", GLOBAL_29);
  rig.write("basic/scenes/Mine.json", SCENES);
}

/** Writes the files of an OBS 31. */
export function obs31(rig: SetupRig): void {
  rig.write("global.ini", GLOBAL_31);
  rig.write("user.ini", "\uFEFF[Basic]\r\nSceneCollectionFile=Mine.json\r\n");
  rig.write("plugin_config/obs-websocket/config.json", CONFIG_31);
  rig.write("basic/scenes/Mine.json", SCENES);
}

/** The docks in an ini file. */
export function docksIn(text: string): { title: string; url: string; uuid: string }[] {
  return JSON.parse(parseIni(text).get("BasicWindow")?.get("ExtraBrowserDocks") ?? "[]");
}

/** The scripts in a scene collection. */
export function scriptsIn(text: string): { path: string; settings: Record<string, unknown> }[] {
  return JSON.parse(text).modules["scripts-tool"];
}
