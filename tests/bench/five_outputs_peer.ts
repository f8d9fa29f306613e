/**
 * A program that is an OBS with five streams and a recording, for measuring a sidecar: it runs
 * beside it as a process of its own, so that its memory and its work are not counted as the
 * sidecar's. Prints its port as the first line; ends with its standard input or by a signal.
 */
import { createFiveOutputs } from "../../sidecar/demo/five_outputs.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { systemClock } from "../../sidecar/time/clock.ts";

if (import.meta.main) {
  const obs = await startSimulatedObs({ meters: true });
  createFiveOutputs({ obs, clock: systemClock });
  console.log(obs.port);
  // Nothing is expected here but the end.
  for await (const _ of Deno.stdin.readable);
  Deno.exit(0);
}
