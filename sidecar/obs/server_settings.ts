import { DeadlineError } from "../time/deadline.ts";
import { countField, type Fields, fieldsOf, flagField } from "./fields.ts";
import { parseIni } from "./ini.ts";

/** obs-websocket's settings as OBS keeps them. */
export interface ServerSettings {
  enabled: boolean;
  port: number;
  /** Null if none is set, or OBS asks for none. */
  password: string | null;
  /** The `obs-studio` folder they were found in. */
  root: string;
  /** The file they were found in. */
  file: string;
}

/** obs-websocket's port unless its settings say otherwise (obs-websocket, src/Config.h). */
export const DEFAULT_OBS_PORT = 4455;

/** A file of OBS's that cannot be understood. */
export interface DamagedFile {
  file: string;
  problem: string;
}

/** What OBS's folders say. */
export interface FoundServers {
  servers: ServerSettings[];
  damaged: DamagedFile[];
}

/** What obs-websocket keeps in `[OBSWebSocket]` of `global.ini` (obs-websocket, src/Config.cpp). */
const INI_KEYS = [
  "FirstLoad",
  "ServerEnabled",
  "ServerPort",
  "AlertsEnabled",
  "AuthRequired",
  "ServerPassword",
] as const;

/**
 * Looks into each of OBS's folders: the section `[OBSWebSocket]` of `global.ini`, else
 * `plugin_config/obs-websocket/config.json`. OBS before 30.2 knows the first alone; later ones move
 * what stands there to the second at their start, over what that says (obs-websocket,
 * src/Config.cpp, `MigrateGlobalConfigData`), as after a downgrade.
 * @param readText reads a file; throws Deno.errors.NotFound if it is not there, and
 *   DeadlineError if its drive does not answer now: it counts as not there
 */
export async function findServerSettings(
  roots: readonly string[],
  { readText }: { readText: (path: string) => Promise<string> },
): Promise<FoundServers> {
  const found: FoundServers = { servers: [], damaged: [] };
  for (const root of roots) {
    const candidates = [
      { file: `${root}/global.ini`, parse: parseServerIni },
      { file: `${root}/plugin_config/obs-websocket/config.json`, parse: parseServerJson },
    ];
    for (const { file, parse } of candidates) {
      let text: string;
      try {
        text = await readText(file);
      } catch (error) {
        if (!isAbsent(error)) found.damaged.push({ file, problem: "it cannot be read" });
        continue;
      }
      const settings = parse(text);
      if (settings === null) continue;
      if ("problem" in settings) {
        found.damaged.push({ file, problem: settings.problem });
        continue;
      }
      found.servers.push({ ...settings, root, file });
      break;
    }
  }
  return found;
}

type Parsed = Omit<ServerSettings, "root" | "file"> | { problem: string };

/** Reads the JSON that OBS 30.2 and later keep. OBS writes it in place: it may be half there. */
export function parseServerJson(text: string): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return { problem: "it is not valid JSON" };
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return { problem: "it is not a JSON object" };
  }
  const fields: Fields = fieldsOf(json);
  const password = fields["server_password"];
  const wanted = flagField(fields, "auth_required") ?? true;
  return {
    enabled: flagField(fields, "server_enabled") ?? false,
    port: validPort(countField(fields, "server_port")),
    password: wanted && typeof password === "string" && password !== "" ? password : null,
  };
}

/** Reads `global.ini` as OBS 28 to 30.1 keep it; null if it has none of obs-websocket's settings. */
export function parseServerIni(text: string): Parsed | null {
  const section = parseIni(text).get("OBSWebSocket");
  if (section === undefined || !INI_KEYS.some((key) => section.has(key))) return null;
  const port = section.get("ServerPort");
  const wanted = isTrue(section.get("AuthRequired") ?? "true");
  return {
    enabled: isTrue(section.get("ServerEnabled") ?? "false"),
    port: validPort(port === undefined ? null : Number(port)),
    password: wanted ? section.get("ServerPassword") || null : null,
  };
}

function isTrue(value: string): boolean {
  return value.toLowerCase() === "true" || value === "1";
}

function validPort(port: number | null): number {
  return port !== null && Number.isInteger(port) && port >= 1 && port <= 65535
    ? port
    : DEFAULT_OBS_PORT;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    error instanceof DeadlineError;
}
