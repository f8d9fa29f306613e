import assert from "node:assert/strict";
import fc from "fast-check";
import { changedKeys, type ConfigChanges, defaultConfig } from "../../shared/config.ts";
import { ConfigError, type ConfigErrorKind } from "../../sidecar/config/config_error.ts";
import { parseConfig } from "../../sidecar/config/parse_config.ts";
import { readConfig, saveConfig } from "../../sidecar/config/save_config.ts";
import { takeSettings } from "../../sidecar/config/take_settings.ts";
import { configTemplate } from "../../sidecar/config/template.ts";
import { anySettings } from "./config_values.ts";

/** A config.toml in a folder of its own. */
class Rig implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync();
  readonly path = `${this.folder}/config.toml`;
  readonly lock = `${this.folder}/config.lock`;

  constructor(toml: string | null) {
    if (toml !== null) Deno.writeTextFileSync(this.path, toml);
  }

  text(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Deno.readFileSync(this.path));
  }

  async save(changes: ConfigChanges) {
    const { version } = await readConfig(this.path);
    return await saveConfig(this.path, changes, { version, lock: this.lock });
  }

  async refuses(changes: unknown, kind: ConfigErrorKind, message: RegExp): Promise<ConfigError> {
    const before = this.text();
    const error = await this.save(changes as ConfigChanges).catch((error) => error);
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    assert.equal(this.text(), before);
    return error;
  }

  async [Symbol.asyncDispose]() {
    await Deno.remove(this.folder, { recursive: true });
  }
}

const USERS_FILE = `# My settings

[obs]          # the gaming PC
host = '10.0.0.5'

[engine]
# fast enough
bridge_update_rate = 1_000 # ms

[platforms]
kick = { enabled = true } # later
`;

Deno.test("changes the values and keeps comments, order and writing", async () => {
  await using rig = new Rig(USERS_FILE);
  const saved = await rig.save({
    engine: { bridge_update_rate: 250, log_level: "debug" },
    obs: { port: 4466 },
    platforms: { kick: { max_bitrate_kbps: 6000 }, "my-server": { ingest_url: "rtmp://h/a" } },
  });
  assert.equal(
    rig.text(),
    `# My settings

[obs]          # the gaming PC
host = '10.0.0.5'
port = 4466

[engine]
# fast enough
bridge_update_rate = 250 # ms
log_level = "debug"

[platforms]
kick = { enabled = true, max_bitrate_kbps = 6000 } # later

[platforms.my-server]
enabled = true
ingest_url = "rtmp://h/a"
`,
  );
  assert.deepEqual(saved.config, parseConfig(rig.text()).config);
  assert.equal(saved.version, (await readConfig(rig.path)).version);
  assert.ok(saved.changed.includes("engine.bridge_update_rate"));
  assert.ok(!saved.changed.includes("obs.host"));
});

Deno.test("puts settings below their comments in the file of the first start, and takes them out again", async () => {
  await using rig = new Rig(configTemplate());
  await rig.save({ engine: { bridge_update_rate: 250 }, api: { port: 5000 } });
  assert.ok(rig.text().includes("# bridge_update_rate = 500\nbridge_update_rate = 250\n"));
  assert.ok(rig.text().includes("# port = 4477\nport = 5000\n"));
  await rig.save({ engine: { bridge_update_rate: null }, api: { port: null } });
  assert.equal(rig.text(), configTemplate());
});

Deno.test("writes the file of the first start with the change where there is none", async () => {
  await using rig = new Rig(null);
  await rig.save({ api: { port: 5000 } });
  assert.equal(
    rig.text(),
    configTemplate().replace("# port = 4477\n", "# port = 4477\nport = 5000\n"),
  );
});

Deno.test("writes nothing for what is so already", async () => {
  await using rig = new Rig(USERS_FILE);
  const before = await readConfig(rig.path);
  const saved = await rig.save({ engine: { bridge_update_rate: 1000, metrics_interval: 5 } });
  assert.deepEqual([saved.changed, saved.version], [[], before.version]);
  assert.equal(rig.text(), USERS_FILE);
});

Deno.test("adds a platform without settings, and takes platforms out", async () => {
  await using rig = new Rig(
    "[platforms.twitch]\n# a note\noutput = 'x'\n[platforms.mine]\noutput = 'y'\n",
  );
  const added = await rig.save({ platforms: { other: {} } });
  assert.ok(Object.hasOwn(added.config.platforms, "other"));
  const { config } = await rig.save({ platforms: { other: null, mine: null, twitch: null } });
  assert.deepEqual(config, defaultConfig());
  assert.equal(rig.text().trim(), "[platforms.twitch]\n# a note");
});

Deno.test("keeps a byte order mark and Windows's line ends", async () => {
  const toml = `\uFEFF${USERS_FILE.replaceAll("\n", "\r\n")}`;
  await using rig = new Rig(toml);
  await rig.save({ obs: { port: 4466 }, api: { port: 5000 } });
  assert.ok(rig.text().startsWith("\uFEFF# My settings\r\n"));
  assert.equal(rig.text().replaceAll("\r\n", "").includes("\n"), false);
  assert.ok(rig.text().includes("host = '10.0.0.5'\r\nport = 4466\r\n"));
  await rig.save({ obs: { port: null } });
  assert.equal(rig.text(), `${toml}\r\n[api]\r\nport = 5000\r\n`);
});

Deno.test({
  name: "keeps the file's permissions, and a link to it",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using rig = new Rig(null);
    const real = `${rig.folder}/dotfiles.toml`;
    await Deno.writeTextFile(real, USERS_FILE);
    await Deno.chmod(real, 0o646);
    await Deno.symlink(real, rig.path);
    await rig.save({ api: { port: 5000 } });
    assert.equal((await Deno.lstat(rig.path)).isSymlink, true);
    assert.equal(((await Deno.stat(real)).mode ?? 0) & 0o777, 0o646);
    assert.match(await Deno.readTextFile(real), /port = 5000/);
    const names = [...Deno.readDirSync(rig.folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, ["config.lock", "config.toml", "dotfiles.toml"]);
  },
});

Deno.test("refuses what is not allowed, with every problem", async () => {
  await using rig = new Rig(USERS_FILE);
  const error = await rig.refuses(
    {
      engine: { bridge_update_rate: 1, log_levl: "warn" },
      obs: { host: "ok" },
      secrets: { password: "x" },
      platforms: { "No Name": {}, kick: { ingest_url: "rtmps://user:pw@host/app" } },
    },
    "invalid",
    /Nothing was saved\.$/,
  );
  assert.deepEqual(error.problems.map(({ key }) => key), [
    "engine.bridge_update_rate",
    "engine.log_levl",
    "secrets",
    "platforms.No Name",
    "platforms.kick.ingest_url",
  ]);
  assert.match(error.message, /from 100 to 5000, is 1/);
  assert.match(error.message, /log_levl is unknown \(did you mean log_level\?\)/);
});

Deno.test("refuses a file that is no TOML or has errors elsewhere, and mends the one it replaces", async () => {
  await using broken = new Rig("[engine\n");
  const error = await broken.refuses({ api: { port: 5000 } }, "damaged", /Mend them first: line 1/);
  assert.equal(error.problems[0]?.line, 1);
  await using wrong = new Rig("[engine]\nbridge_update_rate = 1\n[api]\nport = 0\n");
  await wrong.refuses({ api: { port: 4477 } }, "damaged", /bridge_update_rate must be/);
  await wrong.save({ api: { port: 4477 }, engine: { bridge_update_rate: null } });
  assert.equal(wrong.text(), "[engine]\n[api]\nport = 4477\n");
});

Deno.test("refuses a change that was made for another state of the file", async () => {
  await using rig = new Rig(USERS_FILE);
  const { version } = await readConfig(rig.path);
  await Deno.writeTextFile(rig.path, `${USERS_FILE}# saved by an editor\n`);
  const error = await saveConfig(rig.path, { api: { port: 5000 } }, { version, lock: rig.lock })
    .catch((error) => error);
  assert.ok(error instanceof ConfigError);
  assert.equal(error.kind, "conflict");
  assert.equal(rig.text(), `${USERS_FILE}# saved by an editor\n`);
});

Deno.test("loses nothing of many writers at once: each is told, and tries again", async () => {
  await using rig = new Rig(USERS_FILE);
  let conflicts = 0;
  async function writer(name: string): Promise<void> {
    for (;;) {
      try {
        await rig.save({ platforms: { [name]: { output: `output of ${name}` } } });
        return;
      } catch (error) {
        if (!(error instanceof ConfigError && error.kind === "conflict")) throw error;
        conflicts++;
      }
    }
  }
  const names = Array.from({ length: 8 }, (_, index) => `writer-${index}`);
  await Promise.all(names.map(writer));
  const { config } = await readConfig(rig.path);
  for (const name of names) assert.equal(config?.platforms[name]?.output, `output of ${name}`);
  assert.ok(conflicts > 0, "the writers never met");
  assert.ok(rig.text().startsWith("# My settings\n"));
});

Deno.test("says what to do where the file cannot be written", async () => {
  await using rig = new Rig(USERS_FILE);
  await Deno.mkdir(`${rig.path}.tmp/inside`, { recursive: true });
  await rig.refuses({ api: { port: 5000 } }, "failed", /^Cannot save .*config\.toml: .* Check/);
});

/** Every comment and every blank line of a file, in order. */
function commentsOf(toml: string): string[] {
  return toml.split("\n").filter((line) => /^\s*(#|$)/.test(line));
}

Deno.test("any valid settings survive saving and loading, and every comment with them", async () => {
  await fc.assert(
    fc.asyncProperty(
      anySettings,
      anySettings,
      fc.constantFrom(configTemplate(), USERS_FILE, ""),
      async (first, second, toml) => {
        await using rig = new Rig(toml);
        const expected = parseConfig(toml).config ?? defaultConfig();
        for (const settings of [first, second]) {
          assert.deepEqual(takeSettings(expected, settings), []);
          const saved = await rig.save(settings as ConfigChanges);
          assert.deepEqual(changedKeys(saved.config, expected), []);
          const loaded = parseConfig(rig.text());
          // Limits at random are often in a strange order, which is another test's matter.
          const warnings = loaded.warnings.filter(({ message }) => !/reached before/.test(message));
          assert.deepEqual([loaded.errors, warnings], [[], []]);
          assert.deepEqual(changedKeys(loaded.config ?? defaultConfig(), expected), []);
          const comments = commentsOf(rig.text());
          let at = -1;
          for (const comment of commentsOf(toml)) {
            at = comments.indexOf(comment, at + 1);
            assert.notEqual(at, -1, `lost: ${comment}`);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});
