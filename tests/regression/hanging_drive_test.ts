/** While OBS was sought, the whole sidecar waited for each file of a portable OBS's drive. */
import assert from "node:assert/strict";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { GLOBAL_29, SCENES } from "../setup/obs_files.ts";
import { createSetupRig } from "../setup/setup_rig.ts";

Deno.test({
  name: "the sidecar goes on, and ends, while a portable OBS's drive does not answer",
  ignore: Deno.build.os === "windows",
  async fn() {
    using rig = createSetupRig();
    const folder = `${rig.home}/stick/OBS`;
    const ini = `${folder}/config/obs-studio/global.ini`;
    rig.write(ini, GLOBAL_29);
    rig.write(`${folder}/config/obs-studio/basic/scenes/Mine.json`, SCENES);
    assert.equal((await rig.run("--yes", "--obs", folder)).code, 0);
    // Whoever reads a pipe that nobody writes to waits, as for a drive that is gone.
    await Deno.remove(ini);
    assert.ok((await new Deno.Command("mkfifo", { args: [ini] }).output()).success);

    await using sidecar = await startSidecarPeer({ home: rig.home, dataDir: rig.dataDir });
    const { sequence } = sidecar.bridge();
    await sidecar.untilBridge((telemetry) => telemetry.sequence > sequence + 8, {
      what: "seconds go by in which OBS is sought again and again",
    });
    assert.equal((await sidecar.process.stop()).signal, null);
  },
});
