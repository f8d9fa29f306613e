/**
 * The bindings to pdh and gdi32. The stand-ins are compiled against Microsoft's declarations as
 * MinGW has them; which counters a Windows with a card has is for such a one to show.
 */
import assert from "node:assert/strict";
import type { GpuReading } from "../../sidecar/collectors/collector.ts";
import { bundlePeer } from "../peers/bundle_peer.ts";
import { compileWindowsLibrary } from "../peers/windows_library.ts";
import { type Wine, wineTest } from "../peers/wine.ts";

const PEER = new URL("gpu_windows_peer.ts", import.meta.url);

async function read(wine: Wine, ...args: string[]): Promise<GpuReading[]> {
  const [run] = await wine.deno(["run", "-A", "--no-config", "Z:\\session\\peer.js", ...args]);
  assert.equal(run?.code, 0, run?.output);
  return JSON.parse(run?.output.trim().split("\n").at(-1) ?? "");
}

wineTest("reads the cards of all vendors from Windows's counters", async (wine) => {
  await bundlePeer(PEER, wine.folder);
  await compileWindowsLibrary("pdh_stub.c", `${wine.folder}/stub/System32/pdh.dll`);
  await compileWindowsLibrary("d3dkmt_stub.c", `${wine.folder}/stub/d3dkmt.dll`);
  const [first, second] = await read(wine, "Z:\\session\\stub");
  const amd = {
    name: "AMD Radeon RX 7800 XT",
    vendor: "amd",
    utilization_percent: 42.5,
    temperature_celsius: 63.4,
    vram_used_mb: 3072,
    vram_total_mb: 16384,
    encoder_utilization_percent: 7,
    decoder_utilization_percent: 0,
    power_watts: null,
    fan_percent: null,
    clock_mhz: null,
    throttle_reasons: null,
    driver_version: null,
    encoder_sessions: null,
    encoder_latency_us: null,
  };
  const nvidia = {
    ...amd,
    name: "NVIDIA GeForce GT 710",
    vendor: "nvidia",
    utilization_percent: 5,
    temperature_celsius: null,
    vram_used_mb: 128,
    vram_total_mb: 2048,
    encoder_utilization_percent: 0,
  };
  assert.deepEqual(second, { gpus: [amd, nvidia], encodingIndex: 0, obsEncoderLatencyUs: null });
  assert.deepEqual(first?.gpus.map((gpu) => [gpu.vram_used_mb, gpu.utilization_percent]), [
    [3072, null],
    [128, null],
  ]);
});

wineTest("a Windows without graphics counters has no cards and no error", async (wine) => {
  await bundlePeer(PEER, wine.folder);
  for (const reading of await read(wine)) assert.ok(Array.isArray(reading.gpus));
});
