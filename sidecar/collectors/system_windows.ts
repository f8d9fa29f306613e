/** Processor, memory and disk figures of Windows. */
import type { Kernel32, SystemTimes } from "../win32/kernel32.ts";
import type { CpuTimes, SystemSource } from "./system.ts";
import { nearestFreeBytes, windowsAncestors } from "./system_disk.ts";

/** Windows counts idle time as part of kernel time. */
export function toCpuTimes({ idle, kernel, user }: SystemTimes): CpuTimes {
  const total = kernel + user;
  return { busy: total - idle, total };
}

/** What Windows tells of the machine. */
export function createWindowsSystemSource({ kernel32 }: { kernel32: Kernel32 }): SystemSource {
  return {
    cpuTimes: () => toCpuTimes(kernel32.systemTimes()),
    memory: () => kernel32.memory(),
    diskFreeBytes: (folder) => nearestFreeBytes(windowsAncestors(folder), kernel32.freeBytes),
  };
}
