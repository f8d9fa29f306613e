/** The built sidecar takes what is saved in config.toml while it runs. */
import assert from "node:assert/strict";
import { readConfig, saveConfig } from "../../sidecar/config/save_config.ts";
import type { ConfigChanges } from "../../shared/config.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { freePort } from "../peers/ports.ts";
import { type SidecarPeer, startSidecarPeer } from "../peers/sidecar.ts";

/** Saves as the dock will. */
async function save({ dataDir }: SidecarPeer, changes: ConfigChanges): Promise<void> {
  const path = `${dataDir}/config.toml`;
  const { version } = await readConfig(path);
  await saveConfig(path, changes, { version, lock: `${dataDir}/config.lock` });
}

/** Saves as a plain editor does. */
async function write({ dataDir }: SidecarPeer, toml: string): Promise<void> {
  await Deno.writeTextFile(`${dataDir}/config.toml`, toml);
}

Deno.test("a running sidecar takes pace, limits and log level from the saved file", async () => {
  const home = await Deno.makeTempDir();
  await using obs = disposable(await startSimulatedObs());
  const address = `[obs]\nhost = "127.0.0.1"\nport = ${obs.it.port}\n`;
  const config = `${address}[engine]\nbridge_update_rate = 5000\n`;
  await using sidecar = await startSidecarPeer({ home, config });
  const { sequence } = await sidecar.untilBridge(({ obs }) => obs.connected === true, {
    what: "OBS is connected",
  });

  await save(sidecar, { engine: { bridge_update_rate: 100 } });
  await sidecar.untilBridge((telemetry) => telemetry.sequence >= sequence + 10, {
    what: "it ticks ten times, which would have taken 50 s",
  });

  await save(sidecar, { alerts: { memory_warning: 0, slow_hold: 0 } });
  const warned = await sidecar.untilBridge(({ health }) => health.alerts.length > 0, {
    what: "memory in use is too much by the new limit",
  });
  assert.equal(warned.health.alerts.some(({ id }) => id === "memory_full"), true);
  await save(sidecar, { alerts: { enabled: false } });
  await sidecar.untilBridge(
    ({ health }) => health.alerts.length === 0 && health.overall === "unknown",
    { what: "nothing is judged" },
  );
  await save(sidecar, { alerts: { enabled: null, memory_warning: null } });
  // Other alerts may fire on a machine that is busy with other tests.
  await sidecar.untilBridge(
    ({ health }) =>
      health.overall !== "unknown" && !health.alerts.some(({ id }) => id === "memory_full"),
    { what: "the default limits hold" },
  );

  await sidecar.process.waitForOutput(/alerts\.enabled, alerts\.memory_warning\./);
  await save(sidecar, { engine: { log_level: "warn" } });
  await sidecar.process.waitForOutput(/New settings from .*: engine\.log_level\./);
  await save(sidecar, { engine: { metrics_interval: 7 } });
  await write(sidecar, `${config}bridge_update_rat = 100\n`);
  await sidecar.process.waitForOutput(/WARN .*line 6: \[engine\] bridge_update_rat is unknown/);
  assert.ok(!sidecar.process.output().includes("engine.metrics_interval"));
  await Deno.remove(home, { recursive: true });
});

Deno.test("a running sidecar goes to the OBS that the file names, without a false alarm", async () => {
  const home = await Deno.makeTempDir();
  await using first = disposable(await startSimulatedObs());
  await using second = disposable(await startSimulatedObs());
  first.it.setScene("first");
  second.it.setScene("second");
  first.it.startOutput("adv_stream");
  await using sidecar = await startSidecarPeer({
    home,
    config:
      `[engine]\nbridge_update_rate = 100\n[obs]\nhost = "127.0.0.1"\nport = ${first.it.port}\n`,
  });
  await sidecar.untilBridge(({ obs }) => obs.scene === "first" && obs.streaming === true, {
    what: "the first OBS streams",
  });

  await save(sidecar, { obs: { port: second.it.port } });
  const { health, obs } = await sidecar.untilBridge(({ obs }) => obs.scene === "second", {
    what: "the second OBS is connected",
  });
  assert.deepEqual([health.alerts, obs.streaming], [[], false]);
  assert.equal(first.it.connections.open, 0);

  // Nobody listens at this address of loopback.
  await save(sidecar, { obs: { host: "127.0.0.9" } });
  await sidecar.untilBridge(
    ({ obs, health }) =>
      obs.connected === false && /127\.0\.0\.9/.test(health.collectors.obs.error ?? ""),
    {
      what: "no OBS answers at the other host",
    },
  );
  await save(sidecar, { obs: { host: "127.0.0.1", port: first.it.port } });
  await sidecar.untilBridge(({ obs }) => obs.scene === "first", {
    what: "the first OBS is connected again",
  });
  await Deno.remove(home, { recursive: true });
});

Deno.test("a running sidecar keeps what is in force while the file is wrong, and its --port", async () => {
  const home = await Deno.makeTempDir();
  await using sidecar = await startSidecarPeer({
    home,
    config: "[engine]\nbridge_update_rate = 100\n",
  });
  await write(sidecar, `[engine]\nbridge_update_rate = 1\n[api]\nport = ${freePort()}\n`);
  await sidecar.process.waitForOutput(/line 2: \[engine\] bridge_update_rate must be .* is 1\./);
  await sidecar.process.waitForOutput(/the last good settings stay in force/);
  const { sequence } = sidecar.bridge();
  await sidecar.untilBridge((telemetry) => telemetry.sequence >= sequence + 10, {
    what: "it goes on ticking",
  });

  await write(sidecar, `[engine]\nbridge_update_rate = 200\n[api]\nport = ${freePort()}\n`);
  await sidecar.process.waitForOutput(
    /New settings from .*: engine\.bridge_update_rate, api\.port/,
  );
  const response = await fetch(`http://127.0.0.1:${sidecar.port}/healthz`);
  assert.deepEqual(await response.json(), { status: "ok" });
  await Deno.remove(home, { recursive: true });
});

/** A simulated OBS that ends with its test. */
function disposable<T extends { close(): Promise<void> }>(it: T) {
  return { it, [Symbol.asyncDispose]: () => it.close() };
}
