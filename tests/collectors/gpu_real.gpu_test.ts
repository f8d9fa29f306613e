/** Against a real NVIDIA driver and card. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { GpuSchema } from "../../shared/telemetry.ts";
import { createGpuCollector } from "../../sidecar/collectors/gpu.ts";
import { createNvmlGpuSource } from "../../sidecar/collectors/gpu_nvml.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { nvmlLibraryPaths } from "../../sidecar/nvml/library_paths.ts";
import { openNvml } from "../../sidecar/nvml/nvml.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { type Counterpart, counterpartTest } from "../counterparts.ts";

const NVIDIA_GPU: Counterpart = {
  name: "an NVIDIA GPU with its driver",
  paths: ["/dev/nvidiactl", "C:\\Windows\\System32\\nvml.dll"],
  install: "run this on a machine that has one",
  optional: true,
};

/** What NVIDIA's own program says of each card; null where it is not installed. */
async function askNvidiaSmi(): Promise<string[][] | null> {
  try {
    const { stdout } = await new Deno.Command("nvidia-smi", {
      args: ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader,nounits"],
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    return lines.map((line) => line.split(",").map((field) => field.trim()));
  } catch {
    return null;
  }
}

counterpartTest("reads a real card and agrees with nvidia-smi", [NVIDIA_GPU], async (t) => {
  const collector = createGpuCollector({
    log: silentLog,
    sources: [
      createNvmlGpuSource({
        open: () => openNvml(nvmlLibraryPaths({ os: Deno.build.os })),
        isObsProcess: () => false,
        clock: systemClock,
        log: silentLog,
      }),
    ],
  });
  const { gpus, encodingIndex } = await collector.collect(new AbortController().signal);
  await collector.close?.();
  assert.ok(gpus.length > 0, "the driver has no card");
  assert.equal(encodingIndex, null);
  for (const gpu of gpus) {
    assert.ok(v.is(GpuSchema, gpu), JSON.stringify(gpu));
    assert.notEqual(gpu.utilization_percent, null);
    assert.ok(gpu.temperature_celsius !== null && gpu.temperature_celsius > 0);
  }
  const expected = await askNvidiaSmi();
  await t.step({
    name: "names, driver version and memory are nvidia-smi's",
    ignore: expected === null,
    fn() {
      const found = gpus.map(({ name, driver_version, vram_total_mb }) =>
        [name, driver_version, vram_total_mb].map(String)
      );
      assert.deepEqual(found, expected);
    },
  });
});
