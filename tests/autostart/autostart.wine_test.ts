/** The registry's value that Windows runs at login, written and read back across a restart. */
import assert from "node:assert/strict";
import { copyDist } from "../peers/copy_dist.ts";
import { type Wine, wineTest } from "../peers/wine.ts";

async function autostart(wine: Wine, ...args: string[]) {
  const [run] = await wine.deno([
    ...["run", "-A", "--no-config", "Z:\\session\\sidecar\\dist\\main.js", "autostart", ...args],
  ]);
  assert.ok(run !== undefined);
  return run;
}

wineTest("autostart is in the registry of Windows, and leaves it", async (wine) => {
  await copyDist(`${wine.folder}/sidecar/dist`);
  await Deno.writeTextFile(`${wine.folder}/OBS Telemetry Bridge.exe`, "");
  assert.equal((await autostart(wine, "status")).code, 1);
  const on = await autostart(wine, "on", "--data-dir", "Z:\\session\\Zoë's data");
  assert.equal(on.code, 0, on.output);
  const status = await autostart(wine, "status");
  assert.equal(status.code, 0);
  const line = `"Z:\\session\\OBS Telemetry Bridge.exe" start --data-dir "Z:\\session\\Zoë's data"`;
  assert.ok(status.output.includes(line), status.output);
  const registry = await Deno.readTextFile(`${wine.folder}/windows/user.reg`);
  assert.match(registry, /CurrentVersion\\\\Run\][^[]*"OBSTelemetryBridge"=/);
  assert.equal((await autostart(wine, "off")).code, 0);
  assert.equal((await autostart(wine, "status")).code, 1);
  assert.equal((await autostart(wine, "off")).code, 0);
});
