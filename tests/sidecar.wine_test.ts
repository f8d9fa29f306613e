/**
 * The built sidecar on Windows: figures of the machine, a reader that keeps bridge.json open, a
 * second start by another spelling of the folder, settings as Notepad saves them. Wine takes its figures from the Linux below, which
 * is what they are held against; how fast they are is for Windows itself to show.
 */
import assert from "node:assert/strict";
import * as v from "valibot";
import { TelemetrySchema } from "../shared/telemetry.ts";
import { VERSION } from "../sidecar/version.ts";
import { openMachine } from "../sidecar/collectors/machine.ts";
import { bundlePeer } from "./peers/bundle_peer.ts";
import { copyDist } from "./peers/copy_dist.ts";
import { freePort } from "./peers/ports.ts";
import { wineTest } from "./peers/wine.ts";
import type { WindowsSidecar } from "./sidecar_windows_peer.ts";

const PEER = new URL("sidecar_windows_peer.ts", import.meta.url);
/** No ASCII, and too long for Windows programs of old (260). */
const USER = `Zoë Straße 配信 ${"x".repeat(120)}`;
/** With a byte order mark and Windows's line ends, as Notepad may save it. */
const settings = (port: number) =>
  "\uFEFF[engine]\r\nbridge_update_rate = 250\r\n[api]\r\n" +
  `port = ${port}\r\nunheard_of = 1\r\n`;

wineTest("the sidecar watches a Windows, and is in nobody's way there", async (wine) => {
  await bundlePeer(PEER, wine.folder);
  await copyDist(`${wine.folder}/dist`);
  const folder = `${USER}/${USER}/data`;
  await Deno.mkdir(`${wine.folder}/${folder}`, { recursive: true });
  await Deno.writeTextFile(`${wine.folder}/${folder}/config.toml`, settings(freePort()));
  const windows = `Z:\\session\\${folder.replaceAll("/", "\\")}`;
  const [run] = await wine.deno([
    ...["run", "-A", "--no-config", "Z:\\session\\peer.js"],
    ...["Z:\\session\\dist\\main.js", windows],
  ]);
  assert.equal(run?.code, 0, run?.output);
  const seen: WindowsSidecar = JSON.parse(run?.output.trim().split("\n").at(-1) ?? "");

  const { telemetry } = seen;
  assert.ok(v.is(TelemetrySchema, telemetry));
  const { system, network, health } = telemetry;
  for (const name of ["system", "network", "gpu"] as const) {
    assert.equal(health.collectors[name].ok, true, health.collectors[name].error ?? name);
  }
  const GIB = 2 ** 30;
  const memory = Deno.systemMemoryInfo();
  near(system.memory_total_gb, memory.total / GIB, 0.02);
  near(system.memory_used_gb, (memory.total - memory.available) / GIB, 0.5);
  assert.ok(system.cpu_usage_percent !== null && system.cpu_usage_percent <= 100);
  near(seen.diskFreeBytes, await diskFreeBytes(wine.folder), 0.2);
  assert.ok(network.upload_speed_mbps !== null && network.download_speed_mbps !== null);

  const { before, held, after } = seen.sequences;
  assert.ok(held - before <= 1, `${before} to ${held} while the file was held`);
  assert.ok(after > held);
  assert.ok(seen.heldIsWhole);
  assert.deepEqual(seen.files.filter((name) => name.endsWith(".tmp")), []);

  assert.equal(seen.second.code, 3, seen.second.output);
  assert.match(
    seen.second.output,
    new RegExp(
      `Another sidecar already runs .* \\(version ${VERSION}, pid ${seen.firstPid}, since`,
    ),
  );
  assert.match(seen.log, /line 5: .*unheard_of.*ignored/);
  assert.doesNotMatch(seen.log, /the defaults hold/);
  assert.match(
    seen.logAfter,
    /config\.toml: it is not UTF-8 text\. Save it as UTF-8\. The defaults/,
  );
  assert.equal(seen.stopped.code, 0, seen.stopped.output);
  assert.match(seen.stopped.output, /The sidecar has ended/);
});

async function diskFreeBytes(folder: string): Promise<number | null> {
  const machine = openMachine({ os: "linux" });
  const bytes = await machine.system.diskFreeBytes(folder);
  machine.close();
  return bytes;
}

function near(value: number | null, expected: number | null, share: number): void {
  assert.ok(expected !== null);
  assert.ok(value !== null && Math.abs(value - expected) <= share * expected, `${value}`);
}
