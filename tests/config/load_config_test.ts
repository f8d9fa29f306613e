import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import { loadConfig } from "../../sidecar/config/load_config.ts";
import { configTemplate } from "../../sidecar/config/template.ts";
import { keptLog } from "../log_lines.ts";

/** Loads a config.toml of this text (null: none) and gives what became of it. */
async function load(toml: string | null) {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/config.toml`;
    if (toml !== null) await Deno.writeTextFile(path, toml);
    const { log, lines } = keptLog();
    const config = await loadConfig(path, { log });
    const mode = (await Deno.stat(path)).mode;
    return { config, lines, path, mode, file: await Deno.readTextFile(path) };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("writes the template where there is no config.toml, and takes the defaults", async () => {
  const { config, lines, mode, file } = await load(null);
  assert.deepEqual(config, defaultConfig());
  assert.deepEqual(lines, []);
  assert.equal(file, configTemplate());
  if (Deno.build.os !== "windows") assert.equal((mode ?? 0) & 0o777, 0o600);
});

Deno.test("takes the user's settings", async () => {
  const { config, lines } = await load("[api]\nport = 5000\n");
  assert.equal(config.api.port, 5000);
  assert.deepEqual(lines, []);
});

Deno.test("tells of every error, takes the defaults and leaves the file alone", async () => {
  const toml = "[api]\nport = 0\n[engine]\nbridge_update_rate = 1\nlog_levl = 'warn'\n";
  const { config, lines, file, path } = await load(toml);
  assert.deepEqual(config, defaultConfig());
  assert.equal(file, toml);
  assert.deepEqual(lines, [
    `warn: ${path}, line 5: [engine] log_levl is unknown (did you mean log_level?) and is ignored.`,
    `error: ${path}, line 2: [api] port must be a whole number from 1 to 65535, is 0.`,
    `error: ${path}, line 4: [engine] bridge_update_rate must be a whole number from 100 to 5000, is 1.`,
    `error: ${path} has errors: the defaults hold until they are mended.`,
  ]);
});

Deno.test("tells that config.toml cannot be read, and takes the defaults", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/config.toml`;
    await Deno.mkdir(path);
    const { log, lines } = keptLog();
    assert.deepEqual(await loadConfig(path, { log }), defaultConfig());
    assert.equal(lines.length, 1);
    assert.match(
      lines[0] ?? "",
      /^error: Cannot read .*config\.toml: .*\. The defaults hold\.$/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("goes on where the template cannot be written", async () => {
  const { log, lines } = keptLog();
  const config = await loadConfig("/nowhere/at/all/config.toml", { log });
  assert.deepEqual(config, defaultConfig());
  assert.match(
    lines.join(),
    /^warn: Cannot write \/nowhere.*The defaults hold\. Mend the permissions of its folder\.$/,
  );
});
