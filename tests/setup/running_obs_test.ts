import assert from "node:assert/strict";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { listFolder, parseEntries } from "../../sidecar/linux/list_folder.ts";
import { obsAnswers } from "../../sidecar/setup/running_obs.ts";
import { systemClock } from "../../sidecar/time/clock.ts";

Deno.test({
  name: "lists the processes of this machine",
  ignore: Deno.build.os !== "linux",
  fn() {
    assert.ok(listFolder("/proc").includes(String(Deno.pid)));
    assert.throws(() => listFolder("/proc/none"), /Cannot open/);
    assert.deepEqual(parseEntries(new Uint8Array(64)), []);
  },
});

Deno.test("an obs-websocket that answers counts as a running OBS; another server does not", async () => {
  const obs = await startSimulatedObs({ clock: systemClock });
  try {
    assert.equal(await obsAnswers(obs.port), true);
  } finally {
    await obs.close();
  }
  const other = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("no"),
  );
  assert.equal(await obsAnswers(other.addr.port), false);
  await other.shutdown();
  assert.equal(await obsAnswers(other.addr.port), false);
});
