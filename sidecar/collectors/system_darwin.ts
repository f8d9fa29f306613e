/** Processor, memory and disk figures of macOS. */
import { type CpuInfo, cpus } from "node:os";
import type { LibSystem } from "../darwin/libsystem.ts";
import type { CpuTimes, SystemSource } from "./system.ts";
import { nearestFreeBytes, posixAncestors } from "./system_disk.ts";

/** Sums the milliseconds of all processors; null if there are none. */
export function sumCpuTimes(infos: readonly Pick<CpuInfo, "times">[]): CpuTimes | null {
  if (infos.length === 0) return null;
  const sum = { busy: 0, total: 0 };
  for (const { times } of infos) {
    const busy = times.user + times.nice + times.sys + times.irq;
    sum.busy += busy;
    sum.total += busy + times.idle;
  }
  return sum;
}

/**
 * What macOS tells of the machine. Memory is Deno's `total` (sysctl hw.memsize) and `available`
 * (free and inactive pages of host_statistics64): wired, active and compressed pages are used.
 */
export function createDarwinSystemSource({ libSystem }: { libSystem: LibSystem }): SystemSource {
  return {
    cpuTimes: () => sumCpuTimes(cpus()),
    memory: () => Deno.systemMemoryInfo(),
    diskFreeBytes: (folder) => nearestFreeBytes(posixAncestors(folder), libSystem.freeBytes),
  };
}
