/**
 * The installer. It proves that its tables and the launchers' part in it do as meant; Windows's own
 * installer also asks the user, keeps the choice of a start at login over an update, and removes
 * files that are in use after a restart.
 */
import assert from "node:assert/strict";
import { VERSION } from "../../sidecar/version.ts";
import { freePort } from "../peers/ports.ts";
import { until } from "../peers/until.ts";
import { wineTest } from "../peers/wine.ts";
import { packagePath, packagesIn, PACKAGING } from "./package_set.ts";
import { parseTelemetry } from "./telemetry_shape.ts";

const MSI = { system: "windows-x64", ending: "msi" };
const LATER = "99.0.0";
const RUN = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run";

async function copyInstaller(version: string, to: string): Promise<void> {
  const folder = await packagesIn(["windows-x64"], { version, endings: ["msi"] });
  await Deno.rename(packagePath(folder, { ...MSI, version }), to);
  await Deno.remove(folder, { recursive: true });
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

wineTest(
  "the installer installs, updates a running sidecar and leaves the data alone when it goes",
  async (wine) => {
    await copyInstaller(VERSION, `${wine.folder}/first.msi`);
    await copyInstaller(LATER, `${wine.folder}/later.msi`);
    await using windows = await wine.start({ user: "Zoë" });
    const msi = async (...args: string[]) => {
      const { code, output } = await windows.run(["msiexec", ...args, "/qn"]);
      assert.equal(code, 0, output);
    };
    await msi("/i", "Z:\\session\\first.msi", "ADDLOCAL=ALL");
    const folder = "C:\\users\\Zoë\\AppData\\Local\\Programs\\OBS Telemetry Bridge";
    const installed = `${windows.localAppData}/Programs/OBS Telemetry Bridge`;
    const menu = `${windows.appData}/Microsoft/Windows/Start Menu/Programs/OBS Telemetry Bridge`;
    assert.deepEqual([...Deno.readDirSync(menu)].map(({ name }) => name).sort(), [
      "Connect to OBS.lnk",
      "OBS Telemetry Bridge.lnk",
      "Pre-flight.lnk",
      "Stop.lnk",
    ]);
    const { output: login } = await windows.run(["reg", "query", RUN]);
    // reg prints the user's name in another encoding.
    assert.match(login, /\\Programs\\OBS Telemetry Bridge\\OBS Telemetry Bridge\.exe" start/);

    const data = `${windows.appData}/OBSTelemetryBridge`;
    await Deno.mkdir(data);
    await Deno.writeTextFile(`${data}/config.toml`, `[api]\nport = ${freePort()}\n`);
    const bridge = () => parseTelemetry(Deno.readTextFileSync(`${data}/bridge.json`));
    const launch = () => windows.run([`${folder}\\OBS Telemetry Bridge.exe`]);
    const running = (after: number) =>
      until(() => bridge().sequence > after + 2, { what: "a sidecar writes bridge.json" });
    assert.equal((await launch()).code, 0);
    await running(0);
    const log = () => Deno.readTextFileSync(`${data}/logs/sidecar.log`);
    const lines = (text: string) => log().split(text).length - 1;

    await msi("/i", "Z:\\session\\later.msi");
    assert.equal(lines("Stopping."), 1);
    await until(() => lines("data in") === 2, { what: "the sidecar was started again" });
    await running(bridge().sequence);
    assert.ok(isThere(`${installed}/deno.exe`));

    await msi("/x", "Z:\\session\\later.msi");
    assert.equal(lines("Stopping."), 2);
    assert.equal(bridge().health.overall, "unknown");
    for (const path of [installed, menu, `${windows.localAppData}/OBSTelemetryBridge`]) {
      assert.ok(!isThere(path), path);
    }
    assert.ok(isThere(`${data}/config.toml`) && isThere(`${data}/history.db`));

    await msi("/i", "Z:\\session\\first.msi");
    assert.equal(lines("data in"), 2);
    await msi("/x", "Z:\\session\\first.msi", "REMOVE_DATA=1");
    assert.ok(!isThere(data));
  },
  PACKAGING,
);
