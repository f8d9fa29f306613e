/** An OBS that ran and was closed, and what its files say, whichever version wrote them. */
import { parseIni } from "../../sidecar/obs/ini.ts";
import { type Obs, startObs } from "../peers/obs.ts";
import type { NewerDebian } from "../peers/obs_installation.ts";
import { sceneCollectionPath, serverFilePath, userIniPath } from "../peers/obs_config.ts";

/** Closed, its WebSocket server is off, with the password that is given or none. */
export async function closedObs(
  { password, ...options }: { password: string | null; debian?: NewerDebian | null },
): Promise<Obs> {
  const obs = await startObs({ ...options, profile: { SimpleOutput: { VBitrate: 600 } } });
  await obs.quit();
  const server = serverFilePath(obs.home, obs.version);
  Deno.writeTextFileSync(server, switchedOff(Deno.readTextFileSync(server), password));
  return obs;
}

/** obs-websocket's settings, as ini or as JSON, with the server off. */
function switchedOff(text: string, password: string | null): string {
  if (text.startsWith("{")) {
    const settings = { ...JSON.parse(text), server_enabled: false };
    delete settings.server_password;
    return JSON.stringify(
      password === null ? settings : { ...settings, server_password: password },
    );
  }
  return text.replace("ServerEnabled=true", "ServerEnabled=false")
    .replace(/^ServerPassword=.*\n/m, password === null ? "" : `ServerPassword=${password}\n`);
}

/** The files that setup changes, by path. */
export function filesOf({ home, version }: Obs): Record<string, string> {
  const paths = [
    userIniPath(home, version),
    serverFilePath(home, version),
    sceneCollectionPath(home),
  ];
  return Object.fromEntries(paths.map((path) => [path, Deno.readTextFileSync(path)]));
}

/** obs-websocket's settings as OBS keeps them. */
export function serverOf({ home, version }: Obs): { enabled: boolean; password: string } {
  const text = Deno.readTextFileSync(serverFilePath(home, version));
  if (text.startsWith("{")) {
    const { server_enabled, server_password } = JSON.parse(text);
    return { enabled: server_enabled, password: server_password ?? "" };
  }
  const section = parseIni(text).get("OBSWebSocket");
  return {
    enabled: section?.get("ServerEnabled") === "true",
    password: section?.get("ServerPassword") ?? "",
  };
}

/** The user's docks as OBS keeps them; undefined if there are none. */
export function docksOf({ home, version }: Obs): string | undefined {
  const text = Deno.readTextFileSync(userIniPath(home, version));
  return parseIni(text).get("BasicWindow")?.get("ExtraBrowserDocks");
}
