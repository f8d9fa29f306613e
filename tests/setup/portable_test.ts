/** Setup of a portable OBS, and the sidecar after it; two OBS at once. */
import assert from "node:assert/strict";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { parseIni } from "../../sidecar/obs/ini.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { docksIn, GLOBAL_29, obs29, SCENES } from "./obs_files.ts";
import { createSetupRig, type SetupRig } from "./setup_rig.ts";

/** Writes the files of a portable OBS that has no password yet; returns its folder. */
function portableObs(rig: SetupRig, { port }: { port: number }): string {
  const folder = `${rig.home}/stick/OBS`;
  const ini = GLOBAL_29.replace("ServerPort=4466", `ServerPort=${port}`)
    .replace("ServerPassword=mine\n", "");
  rig.write(`${folder}/config/obs-studio/global.ini`, ini);
  rig.write(`${folder}/config/obs-studio/basic/scenes/Mine.json`, SCENES);
  return folder;
}

function serverOf(rig: SetupRig, folder: string): ReadonlyMap<string, string> {
  const text = rig.read(`${folder}/config/obs-studio/global.ini`);
  return parseIni(text).get("OBSWebSocket") ?? new Map();
}

Deno.test("after setup of a portable OBS the sidecar finds it, with the password that setup made", async () => {
  using rig = createSetupRig();
  const obs = await startSimulatedObs({ clock: systemClock });
  try {
    const folder = portableObs(rig, { port: obs.port });
    assert.equal((await rig.run("--yes", "--obs", folder)).code, 0);
    obs.password = serverOf(rig, folder).get("ServerPassword") ?? "";
    assert.ok(obs.password.length >= 16);
    await using sidecar = await startSidecarPeer({ home: rig.home, dataDir: rig.dataDir });
    await sidecar.untilBridge(({ obs: { connected } }) => connected === true, {
      what: "OBS is connected",
    });
  } finally {
    await obs.close();
  }
});

Deno.test("setup again needs no --obs for a portable OBS, and neither does its undoing", async () => {
  using rig = createSetupRig();
  obs29(rig);
  const folder = portableObs(rig, { port: 4477 });
  const ini = `${folder}/config/obs-studio/global.ini`;
  const before = rig.read(ini);
  assert.equal((await rig.run("--yes", "--obs", folder)).code, 0);
  assert.equal((await rig.run("--yes", "--port", "5001")).code, 0);
  assert.match(docksIn(rig.read(ini))[0]?.url ?? "", /:5001\//);
  assert.equal((await rig.run("--yes", "--undo")).code, 0);
  assert.equal(rig.read(ini), before);
});

Deno.test("of an installed and a portable OBS that both run, the log says which is watched", async () => {
  using rig = createSetupRig();
  const installed = await startSimulatedObs({ clock: systemClock });
  const portable = await startSimulatedObs({ clock: systemClock });
  try {
    const folder = portableObs(rig, { port: portable.port });
    assert.equal((await rig.run("--yes", "--obs", folder)).code, 0);
    rig.write(
      "global.ini",
      GLOBAL_29.replace("4466", String(installed.port)).replace("Enabled=false", "Enabled=true"),
    );
    installed.password = "mine";
    portable.password = serverOf(rig, folder).get("ServerPassword") ?? "";
    await using sidecar = await startSidecarPeer({ home: rig.home, dataDir: rig.dataDir });
    await sidecar.process.waitForOutput(
      new RegExp(
        `Another OBS seems to run at 127\\.0\\.0\\.1:${portable.port} \\(settings in .*stick.*\\)\\. ` +
          `The one at 127\\.0\\.0\\.1:${installed.port} .* is watched`,
      ),
    );
    const path = `${rig.dataDir}/config.toml`;
    await Deno.writeTextFile(path, `[obs]\nport = ${portable.port}\n`);
    await sidecar.process.waitForOutput(
      new RegExp(`Connected to OBS at 127\\.0\\.0\\.1:${portable.port} `),
    );
  } finally {
    await installed.close();
    await portable.close();
  }
});

Deno.test("two OBS that share a port are told apart by their passwords", async () => {
  using rig = createSetupRig();
  const obs = await startSimulatedObs({ clock: systemClock });
  try {
    const folder = portableObs(rig, { port: obs.port });
    assert.equal((await rig.run("--yes", "--obs", folder)).code, 0);
    rig.write(
      "global.ini",
      GLOBAL_29.replace("4466", String(obs.port)).replace("Enabled=false", "Enabled=true"),
    );
    obs.password = serverOf(rig, folder).get("ServerPassword") ?? "";
    await using sidecar = await startSidecarPeer({ home: rig.home, dataDir: rig.dataDir });
    await sidecar.untilBridge(({ obs: { connected } }) => connected === true, {
      what: "OBS is connected",
    });
    assert.equal(obs.connections.authenticationFailures, 1);
  } finally {
    await obs.close();
  }
});
