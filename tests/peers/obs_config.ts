/** The files of a fresh OBS Studio home: its settings, one profile, one scene collection. */
import { isAtLeast, type ObsVersion } from "./obs_installation.ts";

/** A Lua script of the scene collection, with its settings. */
export interface ObsScript {
  path: string;
  settings?: Record<string, unknown>;
}

/** Sections of an ini file; a profile's are merged over the defaults. */
export type Ini = Record<string, Record<string, string | number | boolean>>;

/** What a fresh home is to hold. */
export interface ObsHomeOptions {
  wsPort: number;
  password: string;
  width: number;
  height: number;
  fps: number;
  /** Extra entries of the profile's basic.ini, such as `{ SimpleOutput: { VBitrate: 900 } }`. */
  profile: Ini;
  scripts: ObsScript[];
}

/** Folder of OBS's own configuration within a home. */
export function obsConfigFolder(home: string): string {
  return `${home}/.config/obs-studio`;
}

/** Path of the scene collection that OBS opens. */
export function sceneCollectionPath(home: string): string {
  return `${obsConfigFolder(home)}/basic/scenes/Untitled.json`;
}

/** Path of the profile's basic.ini. */
function profilePath(home: string): string {
  return `${obsConfigFolder(home)}/basic/profiles/Untitled/basic.ini`;
}

/** The file that holds docks, theme, current profile and scene collection. */
export function userIniPath(home: string, version: ObsVersion): string {
  return `${obsConfigFolder(home)}/${isAtLeast(version, [31, 0]) ? "user.ini" : "global.ini"}`;
}

/** The file that holds obs-websocket's settings. */
export function serverFilePath(home: string, version: ObsVersion): string {
  const name = hasServerJson(version) ? "plugin_config/obs-websocket/config.json" : "global.ini";
  return `${obsConfigFolder(home)}/${name}`;
}

/** Writes a home that this OBS opens without a question, its websocket server on. */
export async function writeObsHome(
  home: string,
  { version, ...options }: ObsHomeOptions & { version: ObsVersion },
): Promise<void> {
  const config = obsConfigFolder(home);
  await Deno.mkdir(`${config}/basic/scenes`, { recursive: true });
  await Deno.mkdir(`${config}/basic/profiles/Untitled`, { recursive: true });
  await Deno.mkdir(`${home}/recordings`);
  await Deno.mkdir(`${home}/run`, { mode: 0o700 });
  const server = serverFilePath(home, version);
  await Deno.mkdir(server.slice(0, server.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(userIniPath(home, version), formatIni(USER_INI));
  await Deno.writeTextFile(server, serverFileText(options, version), { append: true });
  await Deno.writeTextFile(profilePath(home), formatIni(profileIni(home, options)));
  await Deno.writeTextFile(
    sceneCollectionPath(home),
    JSON.stringify(sceneCollection(options.scripts)),
  );
}

/** Formats sections as an ini file. */
function formatIni(ini: Ini): string {
  return Object.entries(ini).map(([section, entries]) => {
    const lines = Object.entries(entries).map(([key, value]) => `${key}=${value}\n`);
    return `[${section}]\n${lines.join("")}`;
  }).join("\n");
}

/** What `serverFilePath` holds, or is to hold besides the rest. */
export function serverFileText(
  { wsPort, password }: Pick<ObsHomeOptions, "wsPort" | "password">,
  version: ObsVersion,
): string {
  if (hasServerJson(version)) {
    return JSON.stringify({
      first_load: false,
      server_enabled: true,
      server_port: wsPort,
      alerts_enabled: false,
      auth_required: password !== "",
      server_password: password,
    });
  }
  return "\n" + formatIni({
    OBSWebSocket: {
      FirstLoad: false,
      ServerEnabled: true,
      ServerPort: wsPort,
      AlertsEnabled: false,
      AuthRequired: password !== "",
      ServerPassword: password,
    },
  });
}

function hasServerJson(version: ObsVersion): boolean {
  return isAtLeast(version, [30, 2]);
}

const USER_INI: Ini = {
  General: { FirstRun: true, ConfirmOnExit: false },
  BasicWindow: { WarnBeforeStartingStream: false, WarnBeforeStoppingStream: false },
  Basic: {
    Profile: "Untitled",
    ProfileDir: "Untitled",
    SceneCollection: "Untitled",
    SceneCollectionFile: "Untitled",
  },
};

function profileIni(home: string, { width, height, fps, profile }: ObsHomeOptions): Ini {
  const ini: Ini = {
    General: { Name: "Untitled" },
    Video: {
      BaseCX: width,
      BaseCY: height,
      OutputCX: width,
      OutputCY: height,
      FPSType: 1,
      FPSInt: fps,
    },
    Output: { Mode: "Simple", RetryDelay: 1, MaxRetries: 25 },
    SimpleOutput: {
      FilePath: `${home}/recordings`,
      RecFormat: "mkv",
      VBitrate: 600,
      ABitrate: 96,
      StreamEncoder: "x264",
      RecQuality: "Stream",
      Preset: "ultrafast",
    },
  };
  for (const [section, entries] of Object.entries(profile)) {
    ini[section] = { ...ini[section], ...entries };
  }
  return ini;
}

function sceneCollection(scripts: ObsScript[]) {
  return {
    name: "Untitled",
    current_scene: "Scene",
    current_program_scene: "Scene",
    scene_order: [{ name: "Scene" }],
    sources: [{
      id: "scene",
      versioned_id: "scene",
      name: "Scene",
      settings: { id_counter: 0, custom_size: false, items: [] },
    }],
    modules: {
      "scripts-tool": scripts.map(({ path, settings }) => ({ path, settings: settings ?? {} })),
    },
  };
}
