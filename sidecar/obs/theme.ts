import type { ConfigEvent } from "../../shared/api.ts";
import { parseIni } from "./ini.ts";

/** Which look the dock takes. */
export type Theme = ConfigEvent["theme"];

/** What finding OBS's theme needs. */
export interface ObsThemeOptions {
  /** Reads a file; rejects if it cannot. */
  readText(path: string): Promise<string>;
}

/**
 * The look of OBS's theme: that of the first of OBS's folders that names one. Dark where none does,
 * as OBS's own default is.
 */
export async function readObsTheme(
  roots: readonly string[],
  { readText }: ObsThemeOptions,
): Promise<Theme> {
  const read = (path: string) => readText(path).catch(() => null);
  for (const root of roots) {
    const global = await read(`${root}/global.ini`);
    const places = userIniPlaces(root, global);
    for (const place of places) {
      const user = await read(place);
      const id = user === null ? null : themeId(user);
      if (id !== null) return lookOf(id);
    }
    const id = global === null ? null : themeId(global);
    if (id !== null) return lookOf(id);
  }
  return "dark";
}

/**
 * Where OBS 31 and later may keep user.ini: in `obs-studio` within the folder that global.ini names
 * in `[Locations]`, else in OBS's own folder (obs-studio, frontend/OBSApp.cpp, InitUserConfig).
 */
function userIniPlaces(root: string, globalIni: string | null): string[] {
  const named = globalIni === null
    ? undefined
    : parseIni(globalIni).get("Locations")?.get("Configuration");
  return [...named ? [`${named}/obs-studio/user.ini`] : [], `${root}/user.ini`];
}

/**
 * The theme that an ini file of OBS's names: `[Appearance] Theme`, an id such as
 * `com.obsproject.Yami.Light` (OBS 30.2 and later), else `[General] CurrentTheme3`, a name such as
 * `Light` (OBS 28 to 30.1), which later versions take over (obs-studio, OBSApp_Themes.cpp,
 * InitTheme). Null if it names none.
 */
function themeId(ini: string): string | null {
  const sections = parseIni(ini);
  return sections.get("Appearance")?.get("Theme") ||
    sections.get("General")?.get("CurrentTheme3") || null;
}

/** A theme is light if a word of its id says so: `com.obsproject.Yami.Light`, not `Moonlight`. */
export function lookOf(id: string): Theme {
  return /Light(?![a-z])|(?<![A-Za-z])light(?![A-Za-z])/.test(id) ? "light" : "dark";
}
