import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { parseIni } from "../../sidecar/obs/ini.ts";
import { findRunningObs } from "../../sidecar/setup/running_obs.ts";
import { counterpartTest, OBS, XVFB } from "../counterparts.ts";
import { type Obs, startObs } from "../peers/obs.ts";
import { sceneCollectionPath } from "../peers/obs_config.ts";
import { until } from "../peers/until.ts";
import { createSetupRig, SCRIPT, type SetupRig } from "./setup_rig.ts";

const OVERLAY = "Telemetry Overlay";
const INTEGER = "9223372036854775807";

/** An OBS that ran and was closed: its server is off, and another plugin's settings are there. */
async function closedObs({ password }: { password: string | null }): Promise<Obs> {
  const obs = await startObs();
  await obs.quit();
  const ini = Deno.readTextFileSync(`${obs.configFolder}/global.ini`)
    .replace("ServerEnabled=true", "ServerEnabled=false")
    .replace(/^ServerPassword=.*\n/m, password === null ? "" : `ServerPassword=${password}\n`);
  Deno.writeTextFileSync(`${obs.configFolder}/global.ini`, ini);
  const scenes = Deno.readTextFileSync(sceneCollectionPath(obs.home));
  // OBS forgets the settings of a plugin that it does not have, but not those of a scene.
  const changed = scenes
    .replace(/"modules":\s*\{/, (found) => `${found}"plugin":{"id":${INTEGER}},`)
    .replace(/"private_settings":\s*\{/, (found) => `${found}"id":${INTEGER}`);
  assert.equal(changed.split(INTEGER).length, 3);
  Deno.writeTextFileSync(sceneCollectionPath(obs.home), changed);
  return obs;
}

/** The files that setup changes. */
function filesOf({ home, configFolder }: Obs): string[] {
  return [`${configFolder}/global.ini`, sceneCollectionPath(home)].map((path) =>
    Deno.readTextFileSync(path)
  );
}

function passwordIn(rig: SetupRig): string {
  return parseIni(rig.read("global.ini")).get("OBSWebSocket")?.get("ServerPassword") ?? "";
}

counterpartTest(
  "undoing a setup restores every byte that OBS had written",
  [OBS, XVFB],
  async () => {
    await using obs = await closedObs({ password: "abcdefgh" });
    using rig = createSetupRig({ home: obs.home });
    const before = filesOf(obs);
    const { code, printed } = await rig.run("--yes");
    assert.equal(code, 0, printed);
    const after = filesOf(obs);
    assert.notEqual(after[0], before[0]);
    assert.notEqual(after[1], before[1]);
    assert.equal((await rig.run("--undo", "--yes")).code, 0);
    assert.deepEqual(filesOf(obs), before);
  },
);

counterpartTest(
  "after setup OBS answers with the new password, shows the overlay, and keeps what was added when it is undone",
  [OBS, XVFB],
  async () => {
    await using obs = await closedObs({ password: null });
    using rig = createSetupRig({ home: obs.home });
    assert.equal((await rig.run("--yes")).code, 0);
    assert.equal(rig.read("basic/scenes/Untitled.json").split(INTEGER).length, 3);

    await obs.restart({ password: passwordIn(rig) });
    await until(async () => {
      const { inputSettings } = await obs.client.call("GetInputSettings", { inputName: OVERLAY });
      return String(inputSettings["text"]).includes(`${rig.dataDir}/bridge.json`);
    }, { what: "the overlay names the bridge file that it waits for" });
    const running = await findRunningObs([], { os: Deno.build.os, systemRoot: undefined });
    assert.match(running.reason ?? "", /^OBS runs/);
    await obs.client.call("CreateScene", { sceneName: "Evening" });
    await obs.quit();

    const saved = rig.read("basic/scenes/Untitled.json");
    assert.ok(saved.includes(SCRIPT) && saved.includes("Evening"));
    assert.equal((await rig.run("--undo", "--yes")).code, 0);
    const scenes = rig.read("basic/scenes/Untitled.json");
    assert.ok(scenes.includes("Evening"));
    assert.ok(!scenes.includes(SCRIPT));
    assert.ok(scenes.includes(INTEGER));
    const ini = parseIni(rig.read("global.ini"));
    assert.equal(ini.get("OBSWebSocket")?.get("ServerEnabled"), "false");
    assert.equal(passwordIn(rig), "");
    assert.equal(ini.get("BasicWindow")?.get("ExtraBrowserDocks"), undefined);
  },
);

counterpartTest(
  "after a package's setup OBS starts the program beside the script, and keeps doing so",
  [OBS, XVFB],
  async () => {
    await using obs = await closedObs({ password: "abcdefgh" });
    using rig = createSetupRig({ home: obs.home });
    const program = `${obs.home}/mein Paket`;
    await Deno.mkdir(`${program}/lua`, { recursive: true });
    await Deno.copyFile(SCRIPT, `${program}/lua/obs_telemetry.lua`);
    const seen = `${program}/starts`;
    const launcher = `#!/bin/sh\necho "$@" >> "$(dirname "$0")/starts"\n`;
    await Deno.writeTextFile(`${program}/obs-telemetry`, launcher, { mode: 0o755 });
    rig.dist = pathToFileURL(`${program}/sidecar/dist/`);
    rig.answers = ["", "y"];
    const { code, printed } = await rig.run();
    assert.equal(code, 0, printed);
    const starts = () => Deno.readTextFileSync(seen).trim().split("\n");
    for (const count of [1, 2]) {
      await obs.restart({ password: "abcdefgh" });
      await until(() => starts().length === count, { what: "OBS has started the program" });
      await obs.quit();
    }
    assert.deepEqual(new Set(starts()), new Set([`start --data-dir ${rig.dataDir}`]));
    assert.equal((await rig.run("--undo", "--yes")).code, 0);
    assert.ok(!rig.read("basic/scenes/Untitled.json").includes("start_with_obs"));
  },
);
