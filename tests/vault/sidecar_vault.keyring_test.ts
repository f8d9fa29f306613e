/** The built sidecar with a vault whose key lies in GNOME's keyring. */
import assert from "node:assert/strict";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { counterpartTest } from "../counterparts.ts";
import { KEYRING, startKeyring } from "../peers/keyring.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { disposable, setPassword, withHome } from "./sidecar_vault_rig.ts";

counterpartTest(
  "the sidecar asks the keyring for the key through a process of its own, and goes on without",
  [...KEYRING],
  () =>
    withHome(async (home) => {
      await using keyring = await startKeyring();
      await using obs = disposable(await startSimulatedObs({ password: "canary-entered" }));
      const dataDir = `${home}/data`;
      const env = { ...keyring.env, HOME: home };
      await setPassword(dataDir, "canary-entered", { home, env });
      assert.throws(() => Deno.statSync(`${dataDir}/vault.key`), Deno.errors.NotFound);
      const start = () =>
        startSidecarPeer({ home, dataDir, env, config: `[obs]\nport = ${obs.port}\n` });
      {
        await using sidecar = await start();
        await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS connected" });
      }
      await keyring.lock();
      await using sidecar = await start();
      await sidecar.untilBridge(
        ({ health }) => health.alerts.some(({ message }) => /unlock your keyring/.test(message)),
        { what: "the keyring is told of" },
      );
      const { sequence } = sidecar.bridge();
      await sidecar.untilBridge((later) => later.sequence > sequence + 2, { what: "more figures" });
    }),
);
