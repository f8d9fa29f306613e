import assert from "node:assert/strict";
import type { Config } from "../../shared/config.ts";
import { ConfigError } from "../../sidecar/config/config_error.ts";
import { parseConfig } from "../../sidecar/config/parse_config.ts";
import { openSettings, type SettingsFile } from "../../sidecar/config/settings_file.ts";
import { createHeartbeat } from "../../sidecar/time/heartbeat.ts";
import { keptLog } from "../log_lines.ts";
import { until } from "../peers/until.ts";

interface Rig {
  path: string;
  settings: SettingsFile;
  lines: string[];
  /** Settings in the order in which they were applied. */
  applied: Config[];
}

function settingsTest(name: string, fn: (rig: Rig) => Promise<void>): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/config.toml`;
    await Deno.writeTextFile(path, "# mine\n[engine]\nbridge_update_rate = 500\n");
    const { log, lines } = keptLog();
    using heartbeat = createHeartbeat({ log });
    const lock = `${folder}/config.lock`;
    const settings = await openSettings({ path, lock, heartbeat, log });
    const applied: Config[] = [];
    settings.follow((config) => {
      applied.push(config);
      return config.engine.log_level === "trace"
        ? Promise.reject(new Error("cannot be applied"))
        : Promise.resolve();
    });
    try {
      await fn({ path, settings, lines, applied });
    } finally {
      await settings.close();
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const always = { isFor: () => true };

settingsTest("a save is in force when it resolves, and is applied once", async (rig) => {
  const { settings, applied, path } = rig;
  const first = settings.version;
  const saved = await settings.save({ engine: { bridge_update_rate: 100 } }, always);
  assert.equal(applied.length, 1);
  assert.equal(settings.config.engine.bridge_update_rate, 100);
  assert.equal(settings.version, saved.version);
  assert.notEqual(saved.version, first);

  await Deno.writeTextFile(path, `${await Deno.readTextFile(path)}# and a comment\n`);
  await until(() => settings.version !== saved.version, { what: "the editor's file is taken" });
  assert.deepEqual(applied.map(({ engine }) => engine.bridge_update_rate), [100, 100]);
});

settingsTest("a save that changes nothing applies nothing", async ({ settings, applied }) => {
  const { version } = settings;
  await settings.save({ engine: { bridge_update_rate: 500 } }, always);
  assert.deepEqual([settings.version, applied.length], [version, 0]);
});

settingsTest("keeps what an editor saves at the same moment", async ({ settings, path }) => {
  let asked = 0;
  const saved = await settings.save({ engine: { log_level: "warn" } }, {
    isFor() {
      // Between the reading of the file and the writing, once.
      if (++asked === 1) Deno.writeTextFileSync(path, "[engine]\nbridge_update_rate = 250\n");
      return true;
    },
  });
  assert.equal(asked, 2);
  const { bridge_update_rate, log_level } = saved.config.engine;
  assert.deepEqual([bridge_update_rate, log_level], [250, "warn"]);
  assert.equal(settings.version, saved.version);
});

settingsTest("saves nothing that was made for another version", async ({ settings, path }) => {
  const before = await Deno.readTextFile(path);
  const save = () => settings.save({ engine: { log_level: "warn" } }, { isFor: () => false });
  await assert.rejects(save, (error) => error instanceof ConfigError && error.kind === "conflict");
  assert.equal(await Deno.readTextFile(path), before);
  await Deno.writeTextFile(path, "[engine");
  await assert.rejects(save, (error) => error instanceof ConfigError && error.kind === "damaged");
});

settingsTest(
  "goes on after settings that cannot be applied",
  async ({ settings, lines, applied }) => {
    await settings.save({ engine: { log_level: "trace" } }, always);
    assert.ok(lines.some((line) => /not in force\. Restart the sidecar/.test(line)));
    await settings.save({ engine: { log_level: "info" } }, always);
    assert.equal(applied.at(-1)?.engine.log_level, "info");
  },
);

settingsTest("waits for the rest of what an editor is writing in place", async (rig) => {
  const { settings, path } = rig;
  await settings.save({ engine: { log_level: "debug" } }, always);
  const encoder = new TextEncoder();
  const editor = await Deno.open(path, { write: true, truncate: true });
  await editor.write(encoder.encode("[engine]\nbridge_update_rate = 250\n"));
  const saving = settings.save({ engine: { log_level: "warn" } }, always);
  // Far more turns than a save takes that does not wait.
  for (let turn = 0; turn < 100; turn++) await Deno.stat(path);
  await editor.write(encoder.encode("[api]\nport = 5001\n# the end of a longer file\n"));
  editor.close();
  const { config } = await saving;
  assert.deepEqual(
    [config.engine.bridge_update_rate, config.engine.log_level, config.api.port],
    [250, "warn", 5001],
  );
  assert.match(await Deno.readTextFile(path), /# the end of a longer file/);
});

settingsTest("writes the settings in force into a new file where it is gone", async (rig) => {
  const { settings, path } = rig;
  await settings.save({
    engine: { bridge_update_rate: 250 },
    obs: { port: 4466 },
    platforms: { own: {}, kick: { output: "second" } },
  }, always);
  const { version } = settings;
  await Deno.remove(path);
  const saved = await settings.save({ engine: { log_level: "warn" } }, {
    isFor: (candidate) => candidate === version,
  });
  const { engine, obs, platforms } = saved.config;
  assert.deepEqual(
    [engine.bridge_update_rate, engine.log_level, obs.port, platforms["kick"]?.output],
    [250, "warn", 4466, "second"],
  );
  assert.ok(Object.hasOwn(platforms, "own"));
  assert.deepEqual(parseConfig(await Deno.readTextFile(path)).config, saved.config);
  assert.deepEqual(settings.config, saved.config);
});

settingsTest("takes many saves at once, one after another", async ({ settings }) => {
  const names = Array.from({ length: 60 }, (_, index) => `platform-${index}`);
  await Promise.all(names.map((name) => settings.save({ platforms: { [name]: {} } }, always)));
  for (const name of names) assert.ok(Object.hasOwn(settings.config.platforms, name), name);
});
