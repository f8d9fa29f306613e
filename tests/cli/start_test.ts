/** The built program as a user starts it; OBS is not there. */
import assert from "node:assert/strict";
import type { Telemetry } from "../../shared/telemetry.ts";
import { VERSION } from "../../sidecar/version.ts";
import { copyDist } from "../peers/copy_dist.ts";
import { freePort } from "../peers/ports.ts";
import { type PeerProcess, startProcess } from "../peers/process.ts";
import { sidecarArguments, startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Starts the program with another command and flags than `start`. */
function run(args: string[], env: Record<string, string> = {}): PeerProcess {
  return startProcess(Deno.execPath(), {
    args: [...sidecarArguments().slice(0, -1), ...args],
    cwd: ROOT,
    env: { HOME: "/nonexistent", PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1", ...env },
  });
}

/** Runs it to its end. */
async function outcome(args: string[], env: Record<string, string> = {}) {
  await using process = run(args, env);
  const { code } = await process.ended();
  const output = process.output().split("\n").filter((line) => !line.startsWith("Warning"));
  return { code, output: output.join("\n").trim() };
}

async function withTempDir(fn: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await fn(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function readBridge(dir: string): Telemetry {
  return JSON.parse(Deno.readTextFileSync(`${dir}/bridge.json`));
}

Deno.test("--help and --version print and end with 0", async () => {
  const help = await outcome(["start", "--help"]);
  assert.equal(help.code, 0);
  assert.match(help.output, /^Usage: deno task start \[options\]/);
  for (const flag of ["--data-dir DIR", "--port N", "--log-level LEVEL", "Exit codes:"]) {
    assert.ok(help.output.includes(flag), flag);
  }
  assert.deepEqual(await outcome(["start", "--version"]), { code: 0, output: VERSION });
  assert.equal((await outcome(["dock", "--help"])).code, 0);
});

Deno.test("a wrong command line ends with 2 and says why, and makes no data directory", () =>
  withTempDir(async (dir) => {
    const data = `${dir}/data`;
    const wrong: [string[], RegExp][] = [
      [["start", "--nonsense"], /^Unknown option '--nonsense'\. See --help\.$/],
      [["start", "stray"], /^Unexpected argument 'stray'/],
      [["start", "--port", "0"], /^--port must be a whole number from 1 to 65535, is "0"\.$/],
      [["start", "--log-level", "loud"], /^--log-level must be one of trace, .*, is "loud"\.$/],
      [
        ["strat"],
        /^Unknown command "strat"\. Did you mean "start"\? "deno task help" lists all commands\.$/,
      ],
    ];
    for (const [args, pattern] of wrong) {
      const { code, output } = await outcome(args, { OBS_TELEMETRY_DATA_DIR: data });
      assert.equal(code, 2, args.join(" "));
      assert.match(output, pattern);
    }
    assert.deepEqual([...Deno.readDirSync(dir)], []);
  }));

Deno.test("a wrong log level in the environment ends with 2", () =>
  withTempDir(async (dir) => {
    const { code, output } = await outcome(["start", "--data-dir", dir], {
      OBS_TELEMETRY_LOG: "loud",
    });
    assert.equal(code, 2);
    assert.match(output, /^OBS_TELEMETRY_LOG must be one of .*, is "loud"\.$/);
  }));

Deno.test("a data directory that cannot be written ends with 2 and names it", () =>
  withTempDir(async (dir) => {
    const file = `${dir}/file`;
    await Deno.writeTextFile(file, "");
    const { code, output } = await outcome(["start", "--data-dir", `${file}/data`]);
    assert.equal(code, 2);
    assert.ok(output.startsWith(`Cannot write to the data directory ${file}/data: `), output);
    assert.match(output, /give another one with --data-dir DIR\.$/);
  }));

Deno.test("a lock or key that cannot be used ends with 2 and says what to do", () =>
  withTempDir(async (dir) => {
    await Deno.mkdir(`${dir}/api-token`);
    for (const command of ["start", "dock"]) {
      const { code, output } = await outcome([command, "--data-dir", dir]);
      assert.equal(code, 2);
      assert.match(output, /api-token: Is a directory.*\. Make it readable, or delete it\.$/m);
    }
    await Deno.remove(`${dir}/sidecar.lock`);
    await Deno.mkdir(`${dir}/sidecar.lock`);
    const { code, output } = await outcome(["start", "--data-dir", dir]);
    assert.equal(code, 2);
    assert.match(output, /^Cannot open .*sidecar\.lock: .*Delete that file, or mend/);
  }));

Deno.test("an unknown home folder ends start and dock alike with 2", async () => {
  for (const command of ["start", "dock"]) {
    const { code, output } = await outcome([command], { HOME: "" });
    assert.equal(code, 2, command);
    assert.match(output, /Give --data-dir DIR\.$/);
  }
});

Deno.test("goes on without a log file that cannot be written, and tells of it", () =>
  withTempDir(async (home) => {
    const dataDir = `${home}/data`;
    await Deno.mkdir(`${dataDir}/logs/sidecar.log`, { recursive: true });
    await using sidecar = await startSidecarPeer({ home, dataDir });
    const alert = sidecar.bridge().health.alerts.find(({ id }) => id === "sidecar:log");
    assert.equal(alert?.severity, "info");
    assert.match(alert?.message ?? "", /^Cannot write the log .*terminal alone/);
    assert.match(sidecar.process.output(), /WARN {2}Cannot write the log /);
  }));

Deno.test("names the command for the dock's URL with the flags it was given", () =>
  withTempDir(async (home) => {
    const dataDir = `${home}/my data`;
    await Deno.mkdir(dataDir);
    await using sidecar = await startSidecarPeer({ home, dataDir });
    await sidecar.process.waitForOutput(/The overlay reads/);
    const command = `deno task dock --data-dir '${dataDir}' --port ${sidecar.port}`;
    assert.ok(sidecar.process.output().includes(`run "${command}"`), sidecar.process.output());
  }));

Deno.test("takes a relative data directory from where the user typed the command", () =>
  withTempDir(async (dir) => {
    const { code } = await outcome(["dock", "--data-dir", "data"], { INIT_CWD: dir });
    assert.equal(code, 0);
    assert.ok(Deno.statSync(`${dir}/data/api-token`).isFile);
  }));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} ends it with 0 and a last bridge.json that says so`, () =>
    withTempDir(async (home) => {
      await using sidecar = await startSidecarPeer({ home });
      const before = sidecar.bridge();
      const { code } = await sidecar.process.stop({ signal });
      assert.equal(code, 0);
      const last = sidecar.bridge();
      assert.deepEqual([last.obs.connected, last.health.overall], [false, "unknown"]);
      assert.deepEqual(last.health.alerts, []);
      assert.ok(last.sequence > before.sequence);
      const names = Array.from(Deno.readDirSync(sidecar.dataDir), ({ name }) => name);
      assert.ok(!names.some((name) => name.endsWith(".tmp")), names.join());
    }));
}

/** The program as an earlier version, in a folder of its own; returns its `main.js`. */
async function olderProgram(folder: string): Promise<string> {
  await copyDist(folder);
  let found = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    const text = Deno.readTextFileSync(`${folder}/${name}`);
    const older = text.replaceAll(`"${VERSION}"`, '"0.0.9"');
    if (older !== text) found++;
    Deno.writeTextFileSync(`${folder}/${name}`, older);
  }
  assert.ok(found > 0);
  return `${folder}/main.js`;
}

Deno.test("one of an earlier version is named with its version, and ended by stop", () =>
  withTempDir(async (home) => {
    const dataDir = `${home}/data`;
    const main = await olderProgram(`${home}/older`);
    const [command = "", ...flags] = sidecarArguments().slice(0, -2);
    const args = [command, "--config", `${ROOT}deno.json`, ...flags, main];
    await using older = startProcess(Deno.execPath(), {
      args: [...args, "start", "--data-dir", dataDir, "--port", String(freePort())],
      cwd: ROOT,
      env: { HOME: home, PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1" },
    });
    await older.waitForOutput(/OBS Telemetry Bridge 0\.0\.9/);
    await older.waitForOutput(/The API is at/);
    const second = await outcome(["start", "--data-dir", dataDir]);
    assert.equal(second.code, 3);
    assert.match(
      second.output,
      /\(version 0\.0\.9, .*\)\. End that one first with "deno task stop"/,
    );
    const stop = await outcome(["stop", "--data-dir", dataDir]);
    assert.deepEqual(stop, { code: 0, output: "The sidecar has ended." });
    assert.equal((await older.ended()).code, 0);
  }));

Deno.test("a second one ends with 3 and names the first; kill -9 leaves the way free", () =>
  withTempDir(async (home) => {
    const dataDir = `${home}/data`;
    await Deno.mkdir(dataDir);
    const first = await startSidecarPeer({ home, dataDir });
    const second = await outcome(["start", "--data-dir", dataDir]);
    assert.equal(second.code, 3);
    assert.match(
      second.output,
      new RegExp(
        `^Another sidecar already runs .* \\(version ${VERSION}, pid ${first.process.pid}, since 2.*Z\\)\\. End`,
      ),
    );
    await first.process.stop({ signal: "SIGKILL" });
    const last = readBridge(dataDir);
    await using third = await startSidecarPeer({ home, dataDir });
    const next = await third.untilBridge(
      ({ written_at_ms }) => written_at_ms > last.written_at_ms,
      { what: "the third one writes" },
    );
    assert.ok(next.sequence > last.sequence);
  }));

Deno.test("a taken port stops neither telemetry nor bridge, and is named", () =>
  withTempDir(async (dir) => {
    using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = holder.addr;
    await using process = run(["start", "--data-dir", dir, "--port", String(port)]);
    const told = await until(() => {
      const { sequence, health } = readBridge(dir);
      const alert = health.alerts.find(({ id }) => id === "sidecar:api");
      return alert !== undefined && { sequence, alert };
    }, { what: "bridge.json tells of the port" });
    assert.equal(told.alert.severity, "info");
    assert.equal(told.alert.value, port);
    assert.match(told.alert.message, new RegExp(String(port)));
    assert.match(process.output(), new RegExp(`WARN.*${port}|ERROR.*${port}`));
    assert.doesNotMatch(process.output(), /deno task dock/);
    await until(() => readBridge(dir).sequence >= told.sequence + 3, {
      what: "bridge.json goes on",
    });
    assert.equal((await process.stop()).code, 0);
  }));

Deno.test("says what OBS lacks, finds the machine's figures and writes the files it should", () =>
  withTempDir(async (home) => {
    await using sidecar = await startSidecarPeer({ home });
    const { obs, system, health } = await sidecar.untilBridge(
      ({ system }) => system.cpu_usage_percent !== null,
      { what: "the processor's load is known" },
    );
    assert.deepEqual([obs.connected, health.overall], [false, "unknown"]);
    assert.match(health.collectors.obs.error ?? "", /Tools > WebSocket Server Settings/);
    assert.ok((system.memory_total_gb ?? 0) > 0);
    const names = Array.from(Deno.readDirSync(sidecar.dataDir), ({ name }) => name);
    for (const name of ["config.toml", "bridge.json", "api-token", "sidecar.lock", "logs"]) {
      assert.ok(names.includes(name), name);
    }
  }));

Deno.test("prints its token nowhere, nor a password it finds", () =>
  withTempDir(async (home) => {
    const folder = `${home}/.config/obs-studio/plugin_config/obs-websocket`;
    await Deno.mkdir(folder, { recursive: true });
    // Port 9 of this machine: nobody answers, so that the password is tried and told nowhere.
    await Deno.writeTextFile(
      `${folder}/config.json`,
      JSON.stringify({ server_enabled: true, server_port: 9, server_password: "canary-password" }),
    );
    await using sidecar = await startSidecarPeer({ home, env: { OBS_TELEMETRY_LOG: "trace" } });
    await sidecar.untilBridge(
      ({ health }) => /127\.0\.0\.1:9/.test(health.collectors.obs.error ?? ""),
      { what: "OBS was sought at port 9" },
    );
    const token = sidecar.token();
    assert.ok(token.length >= 32);
    const log = await Deno.readTextFile(`${sidecar.dataDir}/logs/sidecar.log`);
    for (const text of [sidecar.process.output(), log, JSON.stringify(sidecar.bridge())]) {
      assert.ok(text.length > 0);
      assert.ok(!text.includes(token));
      assert.ok(!text.includes("canary-password"));
    }
  }));

Deno.test("tells of what is wrong in config.toml with its line, and runs", () =>
  withTempDir(async (home) => {
    await using sidecar = await startSidecarPeer({
      home,
      config: "[engine]\nbridge_update_rate = 50\n",
    });
    assert.match(
      sidecar.process.output(),
      /ERROR .*config\.toml, line 2: \[engine\] bridge_update_rate must be .* 100 to 5000, is 50\./,
    );
  }));
