import assert from "node:assert/strict";
import { startSimulatedObs } from "../../../sidecar/demo/simulated_obs.ts";
import type { ObsEndpoint } from "../../../sidecar/obs/endpoint.ts";
import { ObsConnectError } from "../../../sidecar/obs/session.ts";
import { obsAccess } from "../../../sidecar/preflight/obs/obs_access.ts";
import { openObs } from "../../../sidecar/preflight/obs/open_obs.ts";
import { DeadlineError } from "../../../sidecar/time/deadline.ts";

function endpoint(changes: Partial<ObsEndpoint> = {}): ObsEndpoint {
  return {
    host: "127.0.0.1",
    port: 4455,
    passwords: [],
    configRoot: "/cfg",
    disabled: false,
    isRunning: false,
    ...changes,
  };
}

Deno.test("opens the first OBS that answers, with the first password that it takes", async () => {
  const obs = await startSimulatedObs({ password: "right" });
  const { port } = obs;
  const passwords = ["wrong", "right"].map((value) => ({ value, source: "a file" }));
  try {
    const opened = await openObs([endpoint({ port: 1 }), endpoint({ port, passwords })], {
      deadlineMs: 5_000,
    });
    const [version] = await opened.access.batch([{ requestType: "GetVersion" }]);
    assert.equal(version?.ok, true);
    assert.deepEqual([opened.access.local, opened.access.configRoot], [true, "/cfg"]);
    const gone = obs.nextDisconnect();
    opened.close();
    await gone;
  } finally {
    await obs.close();
  }
});

/** What is told if each place fails so. */
async function problem(failures: Error[], endpoints: ObsEndpoint[]): Promise<string> {
  const rest = [...failures];
  try {
    await openObs(endpoints, {
      deadlineMs: 10,
      openSession: () => Promise.reject(rest.shift()),
    });
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message;
  }
  throw new Error("it opened");
}

Deno.test("tells a refusal before places where nobody answers", async () => {
  const refused = new ObsConnectError("no", { code: 4009 });
  const nobody = new ObsConnectError("connection refused", { code: 1006 });
  const places = [endpoint({ port: 1 }), endpoint({ port: 2 })];
  assert.match(await problem([nobody, refused], places), /^OBS refused the connection/);
  assert.match(await problem([nobody, nobody], places), /^No OBS answers at 127.0.0.1:1/);
  assert.match(await problem([new DeadlineError("late")], [endpoint()]), /does not answer/);
  assert.match(await problem([], []), /^OBS has not been found yet/);
});

Deno.test("an OBS elsewhere is not local", () => {
  const session = {
    batch: () => Promise.resolve([]),
    listenToMeters: () => Promise.resolve(),
  };
  assert.equal(obsAccess(session, { host: "10.0.0.5", configRoot: null }).local, false);
  assert.equal(obsAccess(session, { host: "localhost", configRoot: null }).local, true);
});
