/** Several programs that save settings at once, beside a sidecar that follows them. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { changedKeys, type ConfigChanges, defaultConfig } from "../../shared/config.ts";
import { parseConfig } from "../../sidecar/config/parse_config.ts";
import { takeSettings } from "../../sidecar/config/take_settings.ts";
import { startProcess } from "../peers/process.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";

const WRITER = fileURLToPath(new URL("config_writer_peer.ts", import.meta.url));

const USERS_FILE = `# My settings
[obs]
host = "127.0.0.1"   # this PC

[engine]
# slow enough
bridge_update_rate = 5000
`;

/** What each program saves, one after the other. */
const WRITERS: readonly (readonly ConfigChanges[])[] = [
  [
    { alerts: { cpu_warning: 100 } },
    { alerts: { memory_warning: 0 } },
    { alerts: { vram_warning: 94 } },
    { alerts: { slow_hold: 0 } },
  ],
  [0, 1, 2, 3].map((i) => ({ platforms: { [`mine-${i}`]: { output: `output ${i}` } } })),
  [
    { engine: { metrics_interval: 7 } },
    { engine: { bridge_update_rate: 100 } },
    { engine: { local_retention_hours: 48 } },
    { engine: { streamer_name: "me" } },
  ],
  [
    { preflight: { auto_run: true } },
    { preflight: { connection_timeout: 9 } },
    { notify: { template: "ntfy" } },
    { platforms: { twitch: { max_bitrate_kbps: 5000 } } },
  ],
];

Deno.test("four programs that save at once lose nothing, and a running sidecar takes it all", async () => {
  const home = await Deno.makeTempDir();
  try {
    await using sidecar = await startSidecarPeer({ home, config: USERS_FILE });
    const { dataDir } = sidecar;
    const text = () => Deno.readTextFile(`${dataDir}/config.toml`);
    const writers = WRITERS.map((list) =>
      startProcess(Deno.execPath(), {
        args: ["run", "-A", "--no-lock", "--no-check", WRITER, dataDir, JSON.stringify(list)],
        env: { PATH: Deno.env.get("PATH") ?? "", HOME: Deno.env.get("HOME") ?? "" },
      })
    );
    let running = true;
    const ended = Promise.all(writers.map(({ exited }) => exited)).finally(() => running = false);
    const states = new Set<string>();
    while (running) {
      const seen = await text();
      if (!states.has(seen)) assert.deepEqual(parseConfig(seen).errors, [], seen);
      states.add(seen);
    }
    for (const [index, { code }] of (await ended).entries()) {
      assert.equal(code, 0, writers[index]?.output());
    }
    assert.ok(states.size > 2, "no state in between was seen");

    const expected = parseConfig(USERS_FILE).config ?? defaultConfig();
    for (const changes of WRITERS.flat()) assert.deepEqual(takeSettings(expected, changes), []);
    const saved = await text();
    const { config } = parseConfig(saved);
    assert.ok(config !== null);
    assert.deepEqual(changedKeys(config, expected), []);
    for (const comment of ["# My settings\n", "# this PC\n", "# slow enough\n"]) {
      assert.equal(saved.split(comment).length, 2, comment);
    }

    const { sequence } = await sidecar.untilBridge(
      ({ health }) => health.alerts.some(({ id }) => id === "memory_full"),
      { what: "the new limit is in force" },
    );
    await sidecar.untilBridge((telemetry) => telemetry.sequence >= sequence + 10, {
      what: "it ticks ten times, which would have taken 50 s",
    });
    const told = () =>
      new Set(
        [...sidecar.process.output().matchAll(/New settings from .*config\.toml: (.*)\./g)]
          .flatMap(([, keys]) => keys?.split(", ") ?? []),
      );
    const before = parseConfig(USERS_FILE).config ?? defaultConfig();
    const keys = changedKeys(before, expected);
    await until(() => keys.every((key) => told().has(key)), { what: "every setting was taken" });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
