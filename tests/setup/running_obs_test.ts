import assert from "node:assert/strict";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { systemClock } from "../../sidecar/clock.ts";
import { listFolder, parseEntries } from "../../sidecar/linux/list_folder.ts";
import { findOnLinux, obsAnswers } from "../../sidecar/setup/running_obs.ts";

function proc(states: Record<string, string>) {
  return {
    list: () => ["self", "version", ...Object.keys(states), "99"],
    readText(path: string): string {
      const pid = path.split("/")[2] ?? "";
      if (pid === "self") return "Name:\tdeno\nState:\tR (running)\nUid:\t1000\t1000\n";
      const status = states[pid];
      if (status === undefined) throw new Error("gone");
      return status;
    },
  };
}

Deno.test("finds this user's OBS among the processes, and neither another's nor a dead one", () => {
  const obs = (uid: number, state = "S (sleeping)") =>
    `Name:\tobs\nUmask:\t0022\nState:\t${state}\nUid:\t${uid}\t${uid}\n`;
  assert.equal(findOnLinux(proc({ "5": obs(1000) })), "5");
  assert.equal(findOnLinux(proc({ "5": obs(1001), "6": obs(1000, "Z (zombie)") })), null);
  assert.equal(findOnLinux(proc({ "5": obs(1000).replace("obs", "obs-ffmpeg-mux") })), null);
});

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
