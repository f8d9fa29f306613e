import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { findRunningObs } from "../../sidecar/setup/running_obs.ts";
import { counterpartTest, OBS, XVFB } from "../counterparts.ts";
import type { Obs } from "../peers/obs.ts";
import { sceneCollectionPath } from "../peers/obs_config.ts";
import { until } from "../peers/until.ts";
import { closedObs, docksOf, filesOf, serverOf } from "./closed_obs.ts";
import { createSetupRig, SCRIPT } from "./setup_rig.ts";

const OVERLAY = "Telemetry Overlay";
const INTEGER = "9223372036854775807";

/** A closed OBS with another plugin's settings in its scenes. */
async function closedObsWithPlugin({ password }: { password: string | null }): Promise<Obs> {
  const obs = await closedObs({ password });
  const scenes = Deno.readTextFileSync(sceneCollectionPath(obs.home));
  // OBS forgets the settings of a plugin that it does not have, but not those of a scene.
  const changed = scenes
    .replace(/"modules":\s*\{/, (found) => `${found}"plugin":{"id":${INTEGER}},`)
    .replace(/"private_settings":\s*\{/, (found) => `${found}"id":${INTEGER}`);
  assert.equal(changed.split(INTEGER).length, 3);
  Deno.writeTextFileSync(sceneCollectionPath(obs.home), changed);
  return obs;
}

counterpartTest(
  "undoing a setup restores every byte that OBS had written",
  [OBS, XVFB],
  async () => {
    await using obs = await closedObsWithPlugin({ password: "abcdefgh" });
    using rig = createSetupRig({ home: obs.home });
    const before = filesOf(obs);
    const { code, printed } = await rig.run("--yes");
    assert.equal(code, 0, printed);
    for (const [path, text] of Object.entries(filesOf(obs))) {
      assert.notEqual(text, before[path], path);
    }
    assert.equal((await rig.run("--undo", "--yes")).code, 0);
    assert.deepEqual(filesOf(obs), before);
  },
);

counterpartTest(
  "after setup OBS answers with the new password, shows the overlay, and keeps what was added when it is undone",
  [OBS, XVFB],
  async () => {
    await using obs = await closedObsWithPlugin({ password: null });
    using rig = createSetupRig({ home: obs.home });
    assert.equal((await rig.run("--yes")).code, 0);
    assert.match(docksOf(obs) ?? "", /http:\/\/127\.0\.0\.1:/);
    assert.equal(rig.read("basic/scenes/Untitled.json").split(INTEGER).length, 3);

    await obs.restart({ password: serverOf(obs).password });
    await until(async () => {
      const { inputSettings } = await obs.client.call("GetInputSettings", { inputName: OVERLAY });
      return String(inputSettings["text"]).includes(`${rig.dataDir}/bridge.json`);
    }, { what: "the overlay names the bridge file that it waits for" });
    const running = await findRunningObs([], { os: Deno.build.os, systemRoot: undefined });
    assert.match(running.reason ?? "", /^OBS runs/);
    await obs.client.call("CreateScene", { sceneName: "Evening" });
    await obs.quit();

    assert.match(docksOf(obs) ?? "", /http:\/\/127\.0\.0\.1:/);
    const saved = rig.read("basic/scenes/Untitled.json");
    assert.ok(saved.includes(SCRIPT) && saved.includes("Evening"));
    assert.equal((await rig.run("--undo", "--yes")).code, 0);
    const scenes = rig.read("basic/scenes/Untitled.json");
    assert.ok(scenes.includes("Evening"));
    assert.ok(!scenes.includes(SCRIPT));
    assert.ok(scenes.includes(INTEGER));
    assert.deepEqual(serverOf(obs), { enabled: false, password: "" });
    assert.equal(docksOf(obs), undefined);
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
