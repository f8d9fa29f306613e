/** Streams of a simulated OBS that become sessions. */
import * as v from "valibot";
import { type SessionsAnswer, SessionsSchema } from "../../shared/session.ts";
import type { SimulatedOutput } from "../../sidecar/demo/state.ts";
import { until } from "../peers/until.ts";
import { jsonOf, type SidecarRig } from "./sidecar_rig.ts";

/** Starts the main stream. */
export function startStream(rig: SidecarRig): SimulatedOutput {
  return rig.obs.startOutput("simple_stream");
}

/** The list of sessions. */
export async function listSessions(rig: SidecarRig, query = ""): Promise<SessionsAnswer> {
  return v.parse(SessionsSchema, await jsonOf(await rig.ask(`/api/v1/sessions${query}`)));
}

/** Streams for a moment, and returns the evening when it is over. */
export async function finishedEvening(
  rig: SidecarRig,
): Promise<SessionsAnswer["sessions"][number]> {
  await until(() => rig.obs.connections.identified > 0, { what: "the sidecar found OBS" });
  const output = startStream(rig);
  await until(
    async () => (await listSessions(rig)).sessions[0]?.outputs.some((one) => one.end_time === null),
    { what: "the stream has a session" },
  );
  output.totalFrames = 300;
  rig.obs.stopOutput("simple_stream");
  return await until(async () => {
    const { sessions: [evening] } = await listSessions(rig);
    return evening?.end_time !== null && evening;
  }, { what: "the evening is over" });
}
