/**
 * Runs in a Windows: prints what the source of its graphics counters reads, as JSON; with the
 * stand-ins for libraries in a folder, if one is named.
 */
import {
  createWindowsGpuSource,
  GPU_COUNTERS,
  openWindowsGpuLibraries,
} from "../../sidecar/collectors/gpu_windows.ts";
import { openDisplayAdapters } from "../../sidecar/win32/display_adapter.ts";
import { openNativeMemory } from "../../sidecar/win32/native_memory.ts";
import { openCounterQuery } from "../../sidecar/win32/pdh.ts";

const [systemRoot] = Deno.args;

function openNamed(systemRoot: string) {
  const memory = openNativeMemory();
  const adapters = openDisplayAdapters(`${systemRoot}\\d3dkmt.dll`, { memory });
  const counters = openCounterQuery(GPU_COUNTERS, { memory, systemRoot });
  return { adapters, counters, close: () => counters.close() };
}

let now = 0;
const source = createWindowsGpuSource({
  open: () => systemRoot === undefined ? openWindowsGpuLibraries() : openNamed(systemRoot),
  isObsProcess: (pid) => pid === 10,
  clock: { now: () => now, monotonic: () => now },
});
const readings = [];
for (; readings.length < 2; now += 2000) readings.push(await source.read());
await source.close?.();
console.log(JSON.stringify(readings));
