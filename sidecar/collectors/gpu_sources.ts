import type { Environment } from "../environment.ts";
import type { Log } from "../log/log.ts";
import { nvmlLibraryPaths } from "../nvml/library_paths.ts";
import { openNvml } from "../nvml/nvml.ts";
import type { Clock } from "../time/clock.ts";
import { createAmdGpuSource } from "./gpu_amd_linux.ts";
import { createNvmlGpuSource } from "./gpu_nvml.ts";
import type { GpuSource } from "./gpu_source.ts";
import { createWindowsGpuSource, openWindowsGpuLibraries } from "./gpu_windows.ts";
import type { Machine } from "./machine.ts";

/** Everything that may know of graphics cards on this machine. */
export function gpuSources(
  { environment, machine, clock, log }: {
    environment: Environment;
    machine: Machine;
    clock: Clock;
    log: Log;
  },
): GpuSource[] {
  const { os, env } = environment;
  const { libc, isObsProcess } = machine;
  const libraries = nvmlLibraryPaths({
    os,
    systemRoot: env("SystemRoot"),
    programFiles: env("ProgramW6432"),
  });
  const nvml = createNvmlGpuSource({
    open: () => openNvml(libraries),
    isObsProcess,
    clock,
    log,
  });
  if (libc !== null) return [nvml, createAmdGpuSource({ libc, clock })];
  if (os !== "windows") return [nvml];
  const windows = createWindowsGpuSource({
    open: () => openWindowsGpuLibraries(env("SystemRoot")),
    isObsProcess,
    clock,
  });
  return [nvml, windows];
}
