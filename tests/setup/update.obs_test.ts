import assert from "node:assert/strict";
import { counterpartTest, INSTALLED_OBS, NEWER_OBS, XVFB } from "../counterparts.ts";
import { newerObs } from "../peers/newer_obs.ts";
import { sceneCollectionPath } from "../peers/obs_config.ts";
import { NEWER_DEBIANS } from "../peers/obs_installation.ts";
import { closedObs, docksOf, serverOf } from "./closed_obs.ts";
import { createSetupRig, SCRIPT } from "./setup_rig.ts";

const DOCK = /http:\/\/127\.0\.0\.1:/;

for (const debian of NEWER_DEBIANS) {
  counterpartTest(
    `a setup is found and undone after OBS was updated to the one of Debian's ${debian}`,
    [INSTALLED_OBS, NEWER_OBS, XVFB],
    async (t) => {
      if (!await newerObs(t, debian)) return;
      await using obs = await closedObs({ password: null, debian: null });
      using rig = createSetupRig({ home: obs.home });
      assert.equal((await rig.run("--yes")).code, 0);
      const { password } = serverOf(obs);
      await obs.restart({ password, debian });
      const { inputs } = await obs.client.call("GetInputList");
      assert.deepEqual(inputs.map(({ inputName }) => inputName), ["Telemetry Overlay"]);
      await obs.quit();
      assert.deepEqual(serverOf(obs), { enabled: true, password });
      assert.match(docksOf(obs) ?? "", DOCK);

      assert.equal((await rig.run("--undo", "--yes")).code, 0);
      assert.deepEqual(serverOf(obs), { enabled: false, password: "" });
      assert.equal(docksOf(obs), undefined);
      assert.doesNotMatch(rig.read("global.ini"), DOCK);
      assert.ok(!Deno.readTextFileSync(sceneCollectionPath(obs.home)).includes(SCRIPT));
    },
  );
}
