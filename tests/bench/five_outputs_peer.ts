/**
 * A program that is an OBS with five streams and a recording, for measuring a sidecar: it runs
 * beside it as a process of its own, so that its memory and its work are not counted as the
 * sidecar's. Prints its port as the first line; ends with its standard input or by a signal.
 */
import { systemClock } from "../../sidecar/clock.ts";
import { createFiveOutputs } from "../../sidecar/demo/five_outputs.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";

/** Where OBS 30.2 and later keep obs-websocket's settings, below the user's settings folder. */
const SETTINGS_FOLDER = "obs-studio/plugin_config/obs-websocket";

/**
 * Lets a sidecar whose settings folder (`XDG_CONFIG_HOME`, `%APPDATA%`) is `folder` find an OBS
 * at `port` that asks for no password.
 */
export async function announceObs(folder: string, port: number): Promise<void> {
  const settings = { server_enabled: true, server_port: port, auth_required: false };
  await Deno.mkdir(`${folder}/${SETTINGS_FOLDER}`, { recursive: true });
  await Deno.writeTextFile(`${folder}/${SETTINGS_FOLDER}/config.json`, JSON.stringify(settings));
}

if (import.meta.main) {
  const obs = await startSimulatedObs({ meters: true });
  createFiveOutputs({ obs, clock: systemClock });
  console.log(obs.port);
  // Nothing is expected here but the end.
  for await (const _ of Deno.stdin.readable);
  Deno.exit(0);
}
