/**
 * The zip as a user of Windows has it. It proves that the launchers, Deno's flags and the bundles
 * fit together, and that files, ports and DPAPI's interface are used as Windows wants it. What
 * SmartScreen and virus scanners say, and that no window is seen, only a Windows can tell.
 */
import assert from "node:assert/strict";
import { CHROMIUM, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startObs } from "../peers/obs.ts";
import { freePort } from "../peers/ports.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";
import { wineTest } from "../peers/wine.ts";
import { packagePath, packagesIn, PACKAGING } from "./package_set.ts";
import { readZip } from "../bytes/read_zip.ts";
import { parseTelemetry, shapeOf } from "./telemetry_shape.ts";

/** Unpacks the zip without its one folder, as explorers do where the user says so. */
async function unpack(to: string): Promise<void> {
  const folder = await packagesIn(["windows-x64"], { endings: ["zip"] });
  const zip = await Deno.readFile(packagePath(folder, { system: "windows-x64", ending: "zip" }));
  await Deno.remove(folder, { recursive: true });
  for (const [name, bytes] of readZip(zip)) {
    const path = `${to}/${name.slice(name.indexOf("/") + 1)}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(path, bytes);
  }
}

/** Keeps bridge.json open until it is told to let go. */
const HOLD = `using file = await Deno.open(Deno.args[0]);
await Deno.writeTextFile(Deno.args[1] + ".holds", "");
for (;;) {
  try { await Deno.stat(Deno.args[1] + ".let-go"); break; }
  catch { await new Promise((resolve) => setTimeout(resolve, 20)); }
}
const bytes = new Uint8Array(1 << 20);
console.log(new TextDecoder().decode(bytes.subarray(0, await file.read(bytes))));
`;

wineTest(
  "the unpacked zip runs beside OBS, keeps secrets over a restart, and checks a stream",
  async (wine) => {
    await unpack(`${wine.folder}/Ä Programme (neu)`);
    await using nginx = await startNginxRtmp();
    await using obs = await startObs();
    await using windows = await wine.start({ user: "Jörg Übel" });
    const folder = "Z:\\session\\Ä Programme (neu)";
    const terminal = (...args: string[]) => windows.run([`${folder}\\obs-telemetry.exe`, ...args]);
    const windowless = (...args: string[]) =>
      windows.run([`${folder}\\OBS Telemetry Bridge.exe`, ...args]);
    const version = await terminal("vault", "--version");
    assert.match(version.output, /^\d+\.\d+\.\d+\s*$/);
    const elsewhere = await terminal("dock", "--data-dir", "Z:\\session\\mit Ä & (100 %)\\");
    assert.equal(elsewhere.code, 0, elsewhere.output);
    assert.ok(Deno.statSync(`${wine.folder}/mit Ä & (100 %)/api-token`).isFile);

    const data = `${windows.appData}/OBSTelemetryBridge`;
    const port = freePort();
    await Deno.mkdir(data);
    await Deno.writeTextFile(
      `${data}/config.toml`,
      `[api]\nport = ${port}\n[obs]\nport = ${obs.wsPort}\n` +
        ["twitch", "youtube"].map((name) => `[platforms.${name}]\nenabled = false\n`).join("") +
        `[platforms.mine]\ningest_url = "${nginx.liveUrl}"\n`,
    );
    const secret = async (id: string, input: string) => {
      const set = await windows.run([`${folder}\\obs-telemetry.exe`, "vault", "set", id], {
        input,
      });
      assert.equal(set.code, 0, set.output);
    };
    await secret("obs.websocket.password", `${obs.password}\n`);
    await secret("platforms.mine.stream_key", "a-key-that-stays-secret\n");

    const bridge = () => parseTelemetry(Deno.readTextFileSync(`${data}/bridge.json`));
    const connected = () =>
      until(() => bridge().obs.connected === true && bridge(), {
        what: "the vault's password opens OBS",
      });
    assert.deepEqual(await windowless(), { code: 0, output: "" });
    const telemetry = await connected();
    assert.equal((await windowless()).code, 3);

    await using linux = await startSidecarPeer({ home: obs.home });
    const other = await linux.untilBridge((here) => here.obs.connected === true, {
      what: "OBS is connected",
    });
    assert.deepEqual(shapeOf(telemetry), shapeOf(other));

    // Windows renames nothing over a file that is open: the file waits, all else goes on.
    await Deno.writeTextFile(`${wine.folder}/hold.js`, HOLD);
    const held = windows.run([
      `${folder}\\deno.exe`,
      ...["run", "-A", "--no-config", "Z:\\session\\hold.js"],
      "C:\\users\\Jörg Übel\\AppData\\Roaming\\OBSTelemetryBridge\\bridge.json",
      "Z:\\session\\hold",
    ]);
    await until(() => Deno.statSync(`${wine.folder}/hold.holds`).isFile, { what: "it is held" });
    const before = bridge().sequence;
    const token = (await Deno.readTextFile(`${data}/api-token`)).trim();
    const served = async (): Promise<number> => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/telemetry`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return (await answer.json()).sequence;
    };
    await until(async () => await served() >= before + 4, { what: "the sidecar goes on" });
    await Deno.writeTextFile(`${wine.folder}/hold.let-go`, "");
    parseTelemetry((await held).output);
    const now = await served();
    await until(() => bridge().sequence > now, { what: "the file is replaced again" });
    const names = [...Deno.readDirSync(data)].map(({ name }) => name);
    assert.deepEqual(names.filter((name) => /^bridge/.test(name)), ["bridge.json"]);

    const url = (await terminal("dock")).output.trim();
    assert.ok(url.startsWith(`http://127.0.0.1:${port}/#token=`));
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await page.locator("#outputs").waitFor();
    } finally {
      await browser.close();
    }

    const checks = await terminal("preflight", "--json", "--platform", "mine");
    assert.ok(checks.code === 0 || checks.code === 1, checks.output);
    const report = JSON.parse(checks.output);
    const mine = report.checks.filter(({ platform }: { platform?: string }) => platform === "mine");
    assert.ok(mine.length > 0, checks.output);
    assert.ok(mine.every(({ status }: { status: string }) => status !== "failed"), checks.output);

    assert.equal((await windowless("stop")).code, 0);
    assert.equal(bridge().health.overall, "unknown");
    assert.equal((await terminal("stop")).code, 4);
    assert.equal((await windowless("start")).code, 0);
    await connected();
    const listed = (await terminal("vault", "list")).output;
    assert.match(listed, /platforms\.mine\.stream_key/);
    assert.ok(
      ![listed, Deno.readTextFileSync(`${data}/logs/sidecar.log`)].some((text) =>
        text.includes(obs.password) || text.includes("a-key-that-stays-secret")
      ),
    );
    assert.equal((await terminal("stop")).code, 0);
  },
  [...PACKAGING, OBS, XVFB, NGINX_RTMP, CHROMIUM],
);
