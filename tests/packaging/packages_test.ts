import assert from "node:assert/strict";
import { denoCache, fetchDeno } from "../../sidecar/packaging/fetch_deno.ts";
import { TARGETS } from "../../sidecar/packaging/targets.ts";
import { parseTelemetry } from "./telemetry_shape.ts";
import { readZip } from "../bytes/read_zip.ts";
import { counterpartTest } from "../counterparts.ts";
import { freePort } from "../peers/ports.ts";
import { startProcess } from "../peers/process.ts";
import { until } from "../peers/until.ts";
import { packagePath, packagesIn, PACKAGING } from "./package_set.ts";

const WINDOWS_ZIP = { system: "windows-x64", ending: "zip" };
const LINUX_TAR = { system: "linux-x64", ending: "tar.gz" };

const SYSTEMS = ["windows-x64", "linux-x64"];

let made: Promise<string> | undefined;

/** One set for the tests of this file, deleted when they end. */
function packages(): Promise<string> {
  made ??= packagesIn(SYSTEMS).then((folder) => {
    addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    return folder;
  });
  return made;
}

counterpartTest("packages made twice are the same, byte for byte", [...PACKAGING], async () => {
  const first = await packages();
  const again = await packagesIn(SYSTEMS);
  try {
    const sums = await Deno.readTextFile(`${first}/SHA256SUMS`);
    assert.equal(await Deno.readTextFile(`${again}/SHA256SUMS`), sums);
    assert.equal(sums.trim().split("\n").length, 3);
    const names = [...Deno.readDirSync(again)].map(({ name }) => name).sort();
    const listed = [...sums.matchAll(/^[0-9a-f]{64} {2}(.+)$/gm)].map(([, name]) => name);
    assert.deepEqual(names, ["SHA256SUMS", ...listed].sort());
    const { success } = await new Deno.Command("sha256sum", {
      args: ["--check", "SHA256SUMS"],
      cwd: again,
      stdout: "null",
    }).output();
    assert.ok(success);
  } finally {
    await Deno.remove(again, { recursive: true });
  }
});

counterpartTest(
  "the zip holds what a user needs, and Deno as its makers signed it",
  [
    ...PACKAGING,
  ],
  async () => {
    const path = packagePath(await packages(), WINDOWS_ZIP);
    const files = readZip(await Deno.readFile(path));
    const folder = path.slice(path.lastIndexOf("/") + 1, -".zip".length);
    const text = (name: string) => new TextDecoder().decode(files.get(`${folder}/${name}`));
    for (
      const name of [
        "OBS Telemetry Bridge.exe",
        "obs-telemetry.exe",
        "Connect to OBS.cmd",
        "lua/obs_telemetry.lua",
        "sidecar/dist/main.js",
        "sidecar/dist/inventory.js",
        "sidecar/dist/dock/index.html",
      ]
    ) assert.ok(files.has(`${folder}/${name}`), name);
    assert.ok([...files.keys()].every((name) => name.startsWith(`${folder}/`)));
    const target = TARGETS.find(({ name }) => name === "windows-x64");
    assert.ok(target !== undefined);
    const deno = await fetchDeno(target, { cache: denoCache((name) => Deno.env.get(name)) });
    assert.ok(deno.every((byte, i) => files.get(`${folder}/deno.exe`)?.[i] === byte));
    assert.match(text("config.example.toml"), /^\[engine\]$/m);
    assert.match(text("LICENSE.txt"), /MIT License/);
    const licences = text("THIRD_PARTY_LICENSES.txt");
    for (const name of ["Deno", "preact", "hono", "obs-websocket-js", "valibot"]) {
      assert.match(licences, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
    }
    assert.doesNotMatch(licences, /^(playwright-core|axe-core|esbuild) /m);
    assert.match(text("README.txt"), /Windows protected your PC/);
    const own = [...files].filter(([name]) => /\/sidecar\/dist\/.*\.js$/.test(name))
      .map(([, bytes]) => new TextDecoder().decode(bytes)).join("");
    assert.ok(!own.includes("deno task ") && own.includes("obs-telemetry dock"));
  },
);

counterpartTest(
  "the Linux package runs from a folder with blanks and umlauts, with nothing else installed",
  [...PACKAGING],
  async () => {
    const tar = packagePath(await packages(), LINUX_TAR);
    const folder = await Deno.makeTempDir({ prefix: "Ärger mit 'Häkchen' " });
    try {
      const { success } = await new Deno.Command("tar", { args: ["xzf", tar, "-C", folder] })
        .output();
      assert.ok(success);
      const [unpacked] = [...Deno.readDirSync(folder)];
      const command = `${folder}/link`;
      await Deno.symlink(`${unpacked?.name}/obs-telemetry`, command);
      const port = String(freePort());
      // No PATH to npm or another Deno, and a home folder that is empty.
      const options = { env: { HOME: folder, PATH: "/usr/bin:/bin" }, cwd: folder };
      await using sidecar = startProcess(command, {
        ...options,
        args: ["start", "--data-dir", "die Daten", "--port", port],
      });
      const bridge = await until(
        () => parseTelemetry(Deno.readTextFileSync(`${folder}/die Daten/bridge.json`)),
        { what: "the package writes bridge.json" },
      );
      assert.equal(bridge.obs.connected, false);
      await sidecar.waitForOutput(/This machine: /);
      const run = async (...args: string[]) => {
        await using process = startProcess(command, { ...options, args });
        const { code } = await process.ended();
        return { code, output: process.output() };
      };
      const dock = await run("dock", "--data-dir", "die Daten", "--port", port);
      const page = await fetch(dock.output.trim());
      assert.match(await page.text(), /<title>/);
      assert.match((await run("start", "--help")).output, /^Usage: obs-telemetry start/);
      const help = await run();
      assert.equal(help.code, 0);
      assert.match(help.output, /^Usage: obs-telemetry COMMAND \[options\]$/m);
      const stopped = await run("stop", "--data-dir", "die Daten");
      assert.equal(stopped.code, 0, stopped.output);
      assert.equal((await sidecar.ended()).code, 0);
      assert.doesNotMatch(sidecar.output(), /WARN|ERROR/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
