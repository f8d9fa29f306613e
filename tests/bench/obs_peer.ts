/**
 * A program that is an OBS with five streams and a recording: a process of its own, so that its
 * memory and work are not counted as the sidecar's. Argument: milliseconds between two changes of
 * scene, 0 for none. Prints its port as the first line and runs until it is ended.
 */
import { createFiveOutputs } from "../../sidecar/demo/five_outputs.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { freePort } from "../peers/ports.ts";
import { type PeerProcess, startProcess } from "../peers/process.ts";

/** A running OBS of that kind. Disposing of it stops it. */
export interface ObsPeer extends AsyncDisposable {
  readonly process: PeerProcess;
  /** Settings with which a sidecar finds it. */
  readonly config: string;
}

/** Starts the program. With `sceneEveryMs` it changes the scene that often; each is an event. */
export async function startObsPeer({ sceneEveryMs = 0 } = {}): Promise<ObsPeer> {
  const process = startProcess(Deno.execPath(), {
    args: [
      "run",
      "-A",
      decodeURIComponent(new URL(import.meta.url).pathname),
      String(sceneEveryMs),
    ],
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: Deno.env.get("HOME") ?? "" },
  });
  const [, port] = await process.waitForOutput(/^(\d+)\n/);
  return {
    process,
    config: `[obs]\nhost = "127.0.0.1"\nport = ${port}\n`,
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

if (import.meta.main) {
  const sceneEveryMs = Number(Deno.args[0]);
  const port = freePort();
  const obs = await startSimulatedObs({ port });
  // What is measured of the stream's way stays on this machine.
  obs.state.service.settings["server"] = `rtmp://127.0.0.1:${port}/app`;
  createFiveOutputs({ obs, clock: systemClock });
  if (sceneEveryMs > 0) {
    let count = 0;
    setInterval(() => obs.setScene(count++ % 2 === 0 ? "Gameplay" : "Ending"), sceneEveryMs);
  }
  console.log(obs.port);
}
