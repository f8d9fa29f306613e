/** The whole sidecar, as it is put together, beside a simulated OBS. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { type Config, defaultConfig } from "../shared/config.ts";
import { type Telemetry, TelemetrySchema } from "../shared/telemetry.ts";
import { openDataDir } from "../sidecar/data_dir/data_dir.ts";
import { createFiveOutputs } from "../sidecar/demo/five_outputs.ts";
import { type SimulatedObs, startSimulatedObs } from "../sidecar/demo/simulated_obs.ts";
import { Redactor } from "../sidecar/log/redactor.ts";
import { type Sidecar, startSidecar } from "../sidecar/sidecar.ts";
import { systemClock } from "../sidecar/time/clock.ts";
import { createHeartbeat } from "../sidecar/time/heartbeat.ts";
import { fixedSettings } from "./api/api_fixture.ts";
import { keptLog } from "./log_lines.ts";
import { freePort } from "./peers/ports.ts";
import { until } from "./peers/until.ts";
import { testEnvironment } from "./test_environment.ts";

const PASSWORD = "canary-obs-password";

interface Rig {
  readonly obs: SimulatedObs;
  readonly lines: string[];
  readonly home: string;
  readonly dataDir: string;
  bridge(): Telemetry;
  /** The first bridge.json that fulfils the condition. */
  untilBridge(condition: (telemetry: Telemetry) => boolean, what: string): Promise<Telemetry>;
  /** The settings in force. */
  readonly config: Config;
  readonly sidecar: Sidecar;
  stop(): Promise<void>;
}

/** Writes OBS's own settings, as OBS 30.2 and later keep them. */
async function writeObsSettings(home: string, port: number): Promise<void> {
  const folder = `${home}/.config/obs-studio/plugin_config/obs-websocket`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/config.json`,
    JSON.stringify({ server_enabled: true, server_port: port, server_password: PASSWORD }),
  );
}

/**
 * Registers a test of a sidecar that finds a simulated OBS by itself.
 * @param options.among where OBS is found: its settings, or a list of those that run
 */
function sidecarTest(
  name: string,
  fn: (rig: Rig) => Promise<void>,
  { tickMs = 100, among = "settings" }: { tickMs?: number; among?: "settings" | "programs" } = {},
): void {
  Deno.test(name, async () => {
    const home = await Deno.makeTempDir();
    const obs = await startSimulatedObs({ password: PASSWORD });
    obs.state.recordDirectory = home;
    obs.state.service.settings["server"] = `rtmp://127.0.0.1:${obs.port}/app`;
    if (among === "settings") await writeObsSettings(home, obs.port);
    const program = { pid: 1, port: obs.port, password: PASSWORD, portableRoot: null };
    const dataDir = openDataDir(`${home}/data`);
    const { log, lines } = keptLog();
    const config = defaultConfig();
    config.engine.bridge_update_rate = tickMs;
    config.api.port = freePort();
    using heartbeat = createHeartbeat({ log });
    const sidecar = await startSidecar({
      config,
      settings: fixedSettings(config),
      dataDir,
      environment: testEnvironment({
        env: (name) => name === "APPDATA" ? `${home}/.config` : undefined,
        home,
      }),
      heartbeat,
      log,
      redactor: new Redactor(),
      lookForObs: () => among === "programs" ? [program] : [],
    });
    let stopping: Promise<void> | null = null;
    const bridge = () => JSON.parse(Deno.readTextFileSync(dataDir.bridge)) as Telemetry;
    try {
      await fn({
        obs,
        lines,
        home,
        dataDir: dataDir.root,
        config,
        sidecar,
        bridge,
        untilBridge: (condition, what) =>
          until(() => {
            const telemetry = bridge();
            return condition(telemetry) && telemetry;
          }, { what: `bridge.json shows ${what}`, withinMs: 10_000 }),
        stop: () => stopping ??= sidecar.stop(),
      });
    } finally {
      obs.resume();
      await (stopping ??= sidecar.stop());
      await obs.close();
      await Deno.remove(home, { recursive: true });
    }
  });
}

sidecarTest("finds OBS by itself and shows its outputs in bridge.json", async (rig) => {
  const five = createFiveOutputs({ obs: rig.obs, clock: systemClock });
  const telemetry = await rig.untilBridge(
    ({ obs }) =>
      obs.streaming === true && obs.outputs?.length === 6 &&
      obs.outputs.every(({ bitrate_kbps }) => (bitrate_kbps ?? 0) > 0),
    "six outputs with their bitrates",
  );
  v.assert(TelemetrySchema, telemetry);
  assert.deepEqual(telemetry.obs.outputs?.map(({ name }) => name), [
    "Recording",
    "Twitch",
    "YouTube",
    "Kick",
    "TikTok",
    "Facebook",
  ]);
  assert.equal(telemetry.obs.local, true);
  assert.equal(telemetry.health.collectors.obs.ok, true);
  five.stop();
  const { obs } = await rig.untilBridge(({ obs }) => obs.streaming === false, "the end");
  for (const output of obs.outputs ?? []) {
    const raw = rig.obs.state.outputs.find(({ name }) => name === output.id);
    assert.equal(output.total_frames, raw?.totalFrames, output.id);
  }
});

sidecarTest(
  "knows of the OBS that run what it is handed, not what this machine runs",
  async (rig) => {
    const { obs } = await rig.untilBridge(({ obs }) => obs.connected === true, "OBS");
    assert.equal(obs.local, true);
  },
  { among: "programs" },
);

sidecarTest("tells that OBS crashed while it was live, and that it is back", async (rig) => {
  rig.obs.startOutput("adv_stream");
  await rig.untilBridge(({ obs }) => obs.streaming === true, "the stream");
  await rig.obs.crash();
  const { health } = await rig.untilBridge(({ obs }) => obs.connected === false, "OBS gone");
  assert.deepEqual([health.overall, health.alerts[0]?.id], ["critical", "obs_lost"]);
  await rig.obs.restart();
  const back = await rig.untilBridge(({ obs }) => obs.connected === true, "OBS back");
  assert.deepEqual(back.health.alerts.filter(({ id }) => id === "obs_lost"), []);
});

sidecarTest("tells nothing bad of an OBS that its user closed, live or not", async (rig) => {
  for (const live of [false, true]) {
    await rig.untilBridge(({ obs }) => obs.connected === true, "OBS");
    if (live) rig.obs.startOutput("adv_stream");
    await rig.untilBridge(({ obs }) => obs.streaming === live, "whether it streams");
    await rig.obs.exit();
    const { health } = await rig.untilBridge(({ obs }) => obs.connected === false, "OBS gone");
    assert.deepEqual([health.overall, health.alerts], ["unknown", []]);
    await rig.obs.restart();
  }
});

sidecarTest("publishes a change of state without waiting for the tick", async (rig) => {
  const first = rig.bridge();
  await rig.untilBridge(({ obs }) => obs.connected === true, "OBS");
  rig.obs.setScene("Gameplay");
  const scene = await rig.untilBridge(({ obs }) => obs.scene === "Gameplay", "the scene");
  assert.ok(scene.written_at_ms < first.written_at_ms + 5000, "a tick came first");
}, { tickMs: 5000 });

sidecarTest("keeps bridge.json moving while OBS hangs", async (rig) => {
  await rig.untilBridge(({ obs }) => obs.connected === true, "OBS");
  rig.obs.hang();
  const { sequence } = rig.bridge();
  await rig.untilBridge((telemetry) => telemetry.sequence > sequence + 10, "ten more snapshots");
  const gone = await rig.untilBridge(({ obs }) => obs.connected === false, "OBS gone");
  assert.match(gone.health.collectors.obs.error ?? "", /2 s|stopped answering/);
  rig.obs.resume();
  await rig.untilBridge(({ obs }) => obs.connected === true, "OBS back");
});

sidecarTest("lets no secret into bridge.json, log or files", async (rig) => {
  rig.obs.startOutput("adv_stream");
  await rig.untilBridge(({ obs }) => obs.streaming === true, "the stream");
  await rig.stop();
  const texts = [rig.lines.join("\n"), await Deno.readTextFile(`${rig.dataDir}/bridge.json`)];
  for (const text of texts) {
    assert.ok(text.length > 0);
    assert.ok(!text.includes(PASSWORD));
    assert.ok(!text.includes("simulated-stream-key"));
  }
});

sidecarTest(
  "says at the stop that OBS is not connected, and stops though OBS hangs",
  async (rig) => {
    rig.obs.startOutput("adv_stream");
    await rig.untilBridge(({ obs }) => obs.streaming === true, "the stream");
    rig.obs.hang();
    await rig.stop();
    const { obs, health, sequence } = rig.bridge();
    assert.deepEqual([obs.connected, obs.outputs, health.overall], [false, [], "unknown"]);
    assert.ok(sequence > 0);
  },
);

sidecarTest("serves the API at a new port and at the old one no more", async (rig) => {
  const { api } = rig.config;
  const isHealthy = async (port: number) => {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`);
    return (await response.json()).status === "ok";
  };
  assert.equal(await isHealthy(api.port), true);
  const port = freePort();
  await rig.sidecar.apply({ ...rig.config, api: { port } });
  await until(() => rig.sidecar.api.state().port === port, { what: "the API has moved" });
  assert.deepEqual(rig.sidecar.api.state(), { listening: true, port, problem: null });
  assert.equal(await isHealthy(port), true);
  await assert.rejects(isHealthy(api.port));
  assert.match(rig.lines.join("\n"), /The dock has a new URL/);
});

sidecarTest("tells docks of a new pace", async (rig) => {
  const { port } = rig.config.api;
  const leaving = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/events`, {
    headers: { authorization: `Bearer ${rig.sidecar.token()}` },
    signal: leaving.signal,
  });
  let text = "";
  const reading = (async () => {
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
    }
  })();
  await until(() => text.includes('"tick_ms":100,'), { what: "the dock knows the pace" });
  await rig.sidecar.apply({
    ...rig.config,
    engine: { ...rig.config.engine, bridge_update_rate: 250 },
  });
  await until(
    () => text.includes('event: config\nid: config-2\ndata: {"build":"source","tick_ms":250,'),
    {
      what: "the dock knows the new pace",
    },
  );
  leaving.abort();
  await assert.rejects(reading, { name: "AbortError" });
});

sidecarTest("leaves what did not change alone", async (rig) => {
  await rig.untilBridge(({ obs }) => obs.connected === true, "OBS");
  const accepted = rig.obs.connections.accepted;
  const { api } = rig.sidecar;
  await rig.sidecar.apply({
    ...rig.config,
    engine: { ...rig.config.engine, enable_gpu_metrics: false, metrics_interval: 9 },
  });
  const { sequence } = rig.bridge();
  const { obs, system } = await rig.untilBridge(
    (telemetry) => telemetry.sequence >= sequence + 3,
    "three more snapshots",
  );
  assert.deepEqual([obs.connected, system.gpus], [true, []]);
  assert.equal(rig.sidecar.api, api);
  assert.equal(rig.obs.connections.accepted, accepted);
});
