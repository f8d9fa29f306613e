/** Processor, memory and disk figures of Linux, from /proc and statvfs. */
import type { Libc } from "../linux/libc.ts";
import type { CpuTimes, MemoryBytes, SystemSource } from "./system.ts";
import { nearestFreeBytes, posixAncestors } from "./system_disk.ts";

/**
 * Reads the first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal, guest,
 * guest_nice in ticks (proc_stat(5)). Guest time is part of user time already. Waiting for a disk
 * is idle time. Null if the line is not as expected.
 */
export function parseProcStat(text: string): CpuTimes | null {
  const line = /^cpu +([0-9 ]+)$/m.exec(text)?.[1];
  if (line === undefined) return null;
  const ticks = line.trim().split(/ +/, 8).map(Number);
  const [, , , idle, ioWait = 0] = ticks;
  if (idle === undefined) return null;
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return { busy: total - idle - ioWait, total };
}

const TOTAL = /^MemTotal: *([0-9]+) kB$/m;
const AVAILABLE = /^MemAvailable: *([0-9]+) kB$/m;

function kibibytes(text: string, line: RegExp): number | null {
  const digits = line.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * Reads /proc/meminfo (proc_meminfo(5)): MemTotal and MemAvailable, in KiB although they say kB.
 * Null if either is missing.
 */
export function parseMeminfo(text: string): MemoryBytes | null {
  const total = kibibytes(text, TOTAL);
  const available = kibibytes(text, AVAILABLE);
  if (total === null || available === null) return null;
  return { total: total * 1024, available: available * 1024 };
}

/** What Linux tells of the machine; `root` is the folder that holds `proc`. */
export function createLinuxSystemSource(
  { libc, root = "" }: { libc: Libc; root?: string },
): SystemSource {
  return {
    cpuTimes: () => parseProcStat(libc.readText(`${root}/proc/stat`)),
    memory: () => parseMeminfo(libc.readText(`${root}/proc/meminfo`)),
    diskFreeBytes: (folder) => nearestFreeBytes(posixAncestors(folder), libc.freeBytes),
  };
}
