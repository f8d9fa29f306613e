/** Where an OBS keeps what setup changes. */
import { parseIni } from "../obs/ini.ts";

/** An OBS that was found by its configuration. */
export interface Installation {
  /** Its `obs-studio` folder. */
  root: string;
  /** Version that last ran, as libobs packs it; null if it does not tell. */
  version: number | null;
  globalIni: string;
  /** obs-websocket's own file, used from OBS 30.2 on. */
  serverJson: string;
  /** Where the docks and the current scene collection stand: `user.ini` or `global.ini`. */
  userIni: string;
  /** Folder of the scene collections. */
  scenes: string;
  /** Name of the current scene collection's file, with or without `.json`; null if none is set. */
  sceneFile: string | null;
  /** How it is kept apart from the rest of the system. */
  sandbox: "flatpak" | "snap" | null;
}

/** How to look at files. */
export interface FilesToLookAt {
  /** Null if there is no such file. */
  readText(path: string): Promise<string | null>;
  exists(path: string): Promise<boolean>;
}

/** `MAKE_SEMANTIC_VERSION` of obs-studio, libobs/obs-config.h. */
const OBS_31 = 31 << 24;

/**
 * Looks at one of OBS's folders; null if no OBS has run with it. OBS 31 and later read from
 * `global.ini` where the rest is, unless they are portable (obs-studio, frontend/OBSApp.cpp,
 * `InitGlobalConfig`).
 */
export async function lookAtInstallation(
  root: string,
  { readText, exists }: FilesToLookAt,
): Promise<Installation | null> {
  const globalIni = `${root}/global.ini`;
  const text = await readText(globalIni);
  if (text === null) return null;
  const global = parseIni(text);
  const packed = Number(global.get("General")?.get("LastVersion") ?? NaN);
  const version = Number.isInteger(packed) && packed > 0 ? packed : null;
  const isNew = version === null || version >= OBS_31;
  const base = parentOf(root);
  const place = async (key: string): Promise<string> => {
    const moved = global.get("Locations")?.get(key);
    if (!isNew || isPortable(root) || !moved || !await exists(moved)) return base;
    return moved.replace(/[\\/]+$/, "");
  };
  const newIni = `${await place("Configuration")}/obs-studio/user.ini`;
  const userIni = isNew && await exists(newIni) ? newIni : globalIni;
  const user = userIni === globalIni ? global : parseIni(await readText(userIni) ?? "");
  return {
    root,
    version,
    globalIni,
    serverJson: `${root}/plugin_config/obs-websocket/config.json`,
    userIni,
    scenes: `${await place("SceneCollections")}/obs-studio/basic/scenes`,
    sceneFile: user.get("Basic")?.get("SceneCollectionFile") || null,
    sandbox: sandboxOf(root),
  };
}

/** `31.0.2` for a packed version. */
export function versionName(version: number): string {
  return `${version >>> 24}.${(version >>> 16) & 0xff}.${version & 0xffff}`;
}

function parentOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, "");
}

/** A portable OBS keeps everything in its own `config` folder. Flatpak's folder has that name too. */
function isPortable(root: string): boolean {
  return /[\\/]config$/.test(parentOf(root)) && sandboxOf(root) === null;
}

function sandboxOf(root: string): Installation["sandbox"] {
  if (root.includes("/.var/app/")) return "flatpak";
  return root.includes("/snap/") ? "snap" : null;
}
