/** The built command, on a machine that holds a secret in every place there is. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { defaultConfig } from "../../shared/config.ts";
import { retentionOf } from "../../sidecar/history/retention.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { openVault } from "../../sidecar/vault/vault.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";
import { openHistory } from "../../sidecar/wiring/open_history.ts";
import { readZip } from "../bytes/read_zip.ts";
import { startProcess } from "../peers/process.ts";
import { sidecarArguments } from "../peers/sidecar.ts";
import { formsIn, newCanary } from "../vault/canary.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A user's machine in a folder. */
async function makeMachine() {
  const home = await Deno.makeTempDir({ prefix: "diagnose-" });
  const canaries: string[] = [];
  const canary = () => canaries[canaries.push(newCanary()) - 1] ?? "";
  const write = async (path: string, text: string) => {
    const whole = `${home}/${path}`;
    await Deno.mkdir(whole.slice(0, whole.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(whole, text);
  };
  const run = async (args: string[]) => {
    await using process = startProcess(Deno.execPath(), {
      args: [...sidecarArguments().slice(0, -1), ...args, "--data-dir", `${home}/data`],
      cwd: ROOT,
      env: { HOME: home, PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1", INIT_CWD: home },
    });
    const { code } = await process.ended();
    return { code, output: process.output() };
  };
  return {
    ...{ home, canaries, canary, write, run },
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
}

async function setSecret(root: string, { id, value }: { id: string; value: string }) {
  const { vault: path, lock: lockPath, key } = vaultFiles(root);
  const vault = openVault({
    ...{ path, lockPath, backends: [keyFileBackend(key)], clock: systemClock, log: silentLog },
  });
  await vault.set(id, new TextEncoder().encode(value), { host: null });
  await vault.close();
}

Deno.test("a diagnosis tells what mends, and none of the secrets that lie around", async () => {
  await using machine = await makeMachine();
  const { home, canaries, canary, write, run } = machine;
  // Short and plain, as people choose them: no pattern would find it.
  const password = "tulips";
  await write(
    "data/config.toml",
    `# ${canary()}\n[obs]\nhost = "obs.example"\npassword = "${canary()}"\n` +
      `[platforms.twitch]\ningest_url = "rtmps://x.example/app/${canary()}"\n` +
      `[engine]\nlog_level = "${canary()}"\n[${canary()}]\nx = """\n${canary()}"""\n`,
  );
  await write(
    ".config/obs-studio/global.ini",
    `[OBSWebSocket]\nServerEnabled=true\nServerPort=4466\nAuthRequired=true\n` +
      `ServerPassword=${password}\n[BasicWindow]\nExtraBrowserDocks=${canary()}\n`,
  );
  const vaultSecret = "violets at noon";
  const streamKey = "roses and lilies";
  await write(
    ".config/obs-studio/basic/profiles/Mine/service.json",
    JSON.stringify({ settings: { key: streamKey, server: `rtmp://a/${canary()}` } }),
  );
  const token = canary();
  await write("data/api-token", token);
  await write(
    "data/logs/sidecar.log",
    `INFO connected with ${password}\nWARN key ${streamKey}\nINFO ${vaultSecret}\nINFO token ${token}\n` +
      `ERROR https://h.example/${canary()} Authorization: Bearer ${canary()}\nINFO in ${home}/x\n`,
  );
  await write("data/logs/sidecar.log.1", `INFO password=${canary()}\n`);
  await write("data/bridge.json", JSON.stringify({ obs: { scene: password, error: canary() } }));
  await write("data/preflight.json", JSON.stringify({ runs: [{ stream_key: canary() }] }));
  await setSecret(`${home}/data`, { id: "platforms.twitch.stream_key", value: vaultSecret });
  await openHistory({
    path: `${home}/data/history.db`,
    metricsIntervalS: () => 5,
    retention: () => retentionOf(defaultConfig()),
    openAlerts: () => [],
    clock: systemClock,
    log: silentLog,
  }).close();

  const { code, output } = await run(["diagnose", "--output", "report.zip"]);
  assert.equal(code, 0, output);
  const files = readZip(await Deno.readFile(`${home}/report.zip`));
  const names = [...files.keys()];
  assert.deepEqual(names, [
    "about.json",
    "obs.json",
    "settings.json",
    "vault.json",
    "history.json",
    "bridge.json",
    "preflight.json",
    "logs/sidecar.log",
    "logs/sidecar.log.1",
  ]);
  for (const name of names) assert.ok(output.includes(`  ${name} (`), output);
  const texts = Object.fromEntries(
    [...files].map(([name, data]) => [name, new TextDecoder().decode(data)]),
  );
  for (const [name, text] of Object.entries(texts)) {
    for (const secret of canaries) assert.deepEqual(formsIn(text, secret), [], `${name}: ${text}`);
    for (const secret of [password, streamKey, vaultSecret, home]) {
      assert.equal(text.includes(secret), false, `${name}: ${text}`);
    }
  }
  for (const secret of [...canaries, password]) assert.equal(output.includes(secret), false);

  const json = (name: string) => JSON.parse(texts[name] ?? "");
  assert.equal(json("about.json").data_dir, "~/data");
  assert.deepEqual(json("obs.json").servers, [{
    enabled: true,
    port: 4466,
    password_set: true,
    file: "~/.config/obs-studio/global.ini",
  }]);
  assert.equal(json("settings.json").settings.obs.host, "obs.example");
  assert.ok(json("settings.json").problems.length >= 3);
  assert.deepEqual(json("vault.json"), { ids: ["platforms.twitch.stream_key"] });
  assert.deepEqual(json("history.json").sessions, []);
  assert.match(texts["logs/sidecar.log"] ?? "", /INFO in ~\/x/);

  const again = await run(["diagnose", "--output", "report.zip"]);
  assert.equal(again.code, 2);
  assert.match(again.output, /one that is there is not overwritten/);
});
