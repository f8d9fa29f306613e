/** The built sidecar beside a simulated OBS, with a password that the command stores. */
import assert from "node:assert/strict";
import type { Telemetry } from "../../shared/telemetry.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";
import { callVault, disposable, setPassword, withHome } from "./sidecar_vault_rig.ts";
import { PASSWORD } from "./vault_rig.ts";

Deno.test("a password stored while the sidecar runs is used within seconds, and a corrected one too", () =>
  withHome(async (home) => {
    await using obs = disposable(await startSimulatedObs({ password: "canary-entered" }));
    const config = `[obs]\nport = ${obs.port}\n`;
    await using sidecar = await startSidecarPeer({ home, config });
    await sidecar.untilBridge(
      ({ health }) => /vault set/.test(health.collectors.obs.error ?? ""),
      { what: "the sidecar names the command" },
    );
    await setPassword(sidecar.dataDir, "canary-mistyped", { home, flags: ["--key-file"] });
    await sidecar.untilBridge(
      ({ health }) => /password that the vault holds/.test(health.collectors.obs.error ?? ""),
      { what: "the wrong password is told" },
    );
    await setPassword(sidecar.dataDir, "canary-entered", { home, flags: ["--key-file"] });
    await sidecar.untilBridge(({ obs }) => obs.connected === true, {
      what: "OBS is connected",
      withinMs: 5000,
    });
    for (const text of [sidecar.process.output(), Deno.readTextFileSync(sidecar.bridgePath)]) {
      assert.ok(!text.includes("canary"));
    }
  }));

Deno.test("a wrong password in the vault is tried once, then OBS's own, and that is told until it goes", () =>
  withHome(async (home) => {
    await using obs = disposable(await startSimulatedObs({ password: "canary-own" }));
    const folder = `${home}/.config/obs-studio/plugin_config/obs-websocket`;
    const dataDir = `${home}/data`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(
      `${folder}/config.json`,
      JSON.stringify({
        server_enabled: true,
        server_port: obs.port,
        server_password: "canary-own",
      }),
    );
    await setPassword(dataDir, "canary-wrong", { home, flags: ["--key-file"] });
    await using sidecar = await startSidecarPeer({ home, dataDir });
    await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is connected" });
    assert.equal(obs.connections.identifications, 2);
    assert.equal(obs.connections.authenticationFailures, 1);
    const isTold = ({ health }: Telemetry) =>
      health.alerts.some(({ severity, message }) =>
        severity === "info" && /refused the password that the vault holds/.test(message)
      );
    await sidecar.untilBridge(isTold, { what: "the vault's password is told to be wrong" });
    await setPassword(dataDir, "canary-own", { home });
    const after = await sidecar.untilBridge((telemetry) => !isTold(telemetry), {
      what: "there is another password",
      withinMs: 5000,
    });
    assert.equal(after.obs.connected, true);
    assert.equal(obs.connections.identifications, 2, "a connection that works is kept");
  }));

Deno.test("a vault that does not open is told of, and telemetry goes on", () =>
  withHome(async (home) => {
    await using obs = disposable(await startSimulatedObs());
    const dataDir = `${home}/data`;
    await Deno.mkdir(dataDir);
    await Deno.writeTextFile(`${dataDir}/vault.dat`, "garbage");
    await using sidecar = await startSidecarPeer({
      home,
      dataDir,
      config: `[obs]\nport = ${obs.port}\n`,
    });
    const { health } = await sidecar.untilBridge(
      ({ obs, health }) => obs.connected === true && health.alerts.length > 0,
      { what: "OBS is connected and the vault told of" },
    );
    assert.match(health.alerts.map(({ message }) => message).join(), /vault\.dat.* is damaged/);
    assert.equal(Deno.readTextFileSync(`${dataDir}/vault.dat`), "garbage");
    await until(() => sidecar.process.output().includes("is damaged"), { what: "the log says it" });
  }));

Deno.test("commands that store at once lose nothing, and the running sidecar takes its part", () =>
  withHome(async (home) => {
    await using obs = disposable(await startSimulatedObs({ password: "canary-entered" }));
    const config = `[obs]\nport = ${obs.port}\n`;
    await using sidecar = await startSidecarPeer({ home, config });
    const { dataDir } = sidecar;
    const command = (id: string, input: string) =>
      callVault(["set", id, "--data-dir", dataDir], { home, input });
    // The first one makes the key file.
    await setPassword(dataDir, "canary-mistyped", { home, flags: ["--key-file"] });
    const names = ["a", "b", "c"];
    await Promise.all([
      setPassword(dataDir, "canary-entered", { home }),
      ...names.map((name) => command(`platforms.${name}.stream_key`, `canary-${name}`)),
    ]);
    await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is connected" });
    const listed = await callVault(["list", "--data-dir", dataDir], { home });
    for (const name of names) assert.match(listed, new RegExp(`^platforms\\.${name}\\.`, "m"));
    assert.match(listed, /^obs\.websocket\.password +localhost/m);
    assert.ok(!listed.includes("canary"));
  }));

Deno.test("a password for another host is used once that host is confirmed", () =>
  withHome(async (home) => {
    await using obs = disposable(await startSimulatedObs({ password: "canary-entered" }));
    const dataDir = `${home}/data`;
    const flags = ["--host", "10.0.0.6", "--key-file", "--data-dir", dataDir];
    await callVault(["set", PASSWORD, ...flags], {
      home,
      input: "canary-entered",
    });
    const config = `[obs]\nport = ${obs.port}\n`;
    await using sidecar = await startSidecarPeer({ home, dataDir, config });
    await sidecar.untilBridge(
      ({ health }) => /none is known/.test(health.collectors.obs.error ?? ""),
      { what: "the password is not used" },
    );
    const confirmed = await callVault(["confirm", PASSWORD, "--data-dir", dataDir], { home });
    assert.match(confirmed, /is now for localhost alone; it was for 10\.0\.0\.6\./);
    await sidecar.untilBridge(({ obs }) => obs.connected === true, {
      what: "OBS is connected",
      withinMs: 5000,
    });
    assert.equal(obs.connections.authenticationFailures, 1, "only the attempt without a password");
  }));
