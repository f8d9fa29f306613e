import assert from "node:assert/strict";
import { dataDirPath, openDataDir } from "../../sidecar/data_dir/data_dir.ts";

interface Places {
  os: typeof Deno.build.os;
  argument: string | null;
  env: Record<string, string>;
}

function pathOf({ os = "linux", argument = null, env = {} }: Partial<Places>): string {
  return dataDirPath({ os, argument, env: (name) => env[name] });
}

Deno.test("is where the command line says, else where the environment says", () => {
  const env = { OBS_TELEMETRY_DATA_DIR: "/env", HOME: "/home/ann" };
  assert.equal(pathOf({ argument: "/arg", env }), "/arg");
  assert.equal(pathOf({ env }), "/env");
  assert.equal(
    pathOf({ env: { ...env, OBS_TELEMETRY_DATA_DIR: "" } }),
    "/home/ann/.config/obs-telemetry-bridge",
  );
});

Deno.test("is in each platform's place for settings", () => {
  assert.equal(
    pathOf({ env: { HOME: "/home/ann", XDG_CONFIG_HOME: "/cfg" } }),
    "/cfg/obs-telemetry-bridge",
  );
  assert.equal(
    pathOf({ os: "darwin", env: { HOME: "/Users/ann" } }),
    "/Users/ann/Library/Application Support/OBSTelemetryBridge",
  );
  assert.equal(
    pathOf({ os: "windows", env: { APPDATA: "C:\\Users\\Ann\\AppData\\Roaming" } }),
    "C:\\Users\\Ann\\AppData\\Roaming\\OBSTelemetryBridge",
  );
});

Deno.test("cannot be told without a home folder: the message says what to give", () => {
  for (const os of ["linux", "darwin", "windows"] as const) {
    assert.throws(
      () => pathOf({ os }),
      /the user's home folder is unknown\. Give --data-dir DIR\./,
    );
  }
});

Deno.test("is created for this user only, and used again", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/a/b`;
    for (let time = 0; time < 2; time++) assert.equal(openDataDir(path).root, path);
    assert.deepEqual(Array.from(Deno.readDirSync(path), ({ name }) => name), ["logs"]);
    if (Deno.build.os !== "windows") {
      assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o700);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("has its files under the names that everyone knows", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const { root, ...files } = openDataDir(dir);
    assert.equal(root, dir);
    assert.deepEqual(
      Object.values(files).map((file) => file.slice(dir.length + 1).replaceAll("\\", "/")),
      [
        "config.toml",
        "config.lock",
        "bridge.json",
        "api-token",
        "sidecar.lock",
        "sidecar.stop",
        "logs/sidecar.log",
        "instance-id",
        "history.db",
        "preflight.json",
        "updates.json",
      ],
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("cannot be a file: the message names it and says what to do", async () => {
  const file = await Deno.makeTempFile();
  try {
    assert.throws(
      () => openDataDir(file),
      (error) =>
        error instanceof Error && error.message.includes(file) && error.cause instanceof Error &&
        /Mend its permissions, or give another one with --data-dir DIR\./.test(error.message),
    );
  } finally {
    await Deno.remove(file);
  }
});
