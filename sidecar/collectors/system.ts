/** The machine's processor load, memory, and the recording drive's free space. */
import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import type { Collector, SystemReading } from "./collector.ts";
import { createDiskMeter } from "./system_disk.ts";

const GIB = 2 ** 30;

/** Two samples of the processor closer than this say too little: the last figure stays. */
const MIN_SAMPLE_MS = 250;

/** Time of all processors together, since the machine started, in any one unit. */
export interface CpuTimes {
  /** Spent on work. */
  busy: number;
  /** Spent on work and idle. */
  total: number;
}

/** Physical memory. */
export interface MemoryBytes {
  total: number;
  /** What programs could still get without pushing others out. */
  available: number;
}

/** What a platform tells of the machine. Null where it answers, but with something senseless. */
export interface SystemSource {
  /** @throws if the system refuses. */
  cpuTimes(): CpuTimes | null;
  /** @throws if the system refuses. */
  memory(): MemoryBytes | null;
  /**
   * Bytes free to the user on the volume of the folder, or of its nearest existing parent; null
   * if there is none. May hang as long as the drive does.
   */
  diskFreeBytes(folder: string): Promise<number | null>;
}

/** What the system collector needs. */
export interface SystemCollectorOptions {
  source: SystemSource;
  /** Where OBS records to; null while that is not known. */
  recordDirectory: () => string | null;
  clock: Clock;
  log: Log;
  /** How long a slow drive may hold up a reading. */
  diskWaitMs?: number;
}

/**
 * Percent of the processors' time spent on work between two samples; null if the counters stood
 * still or went back. A little more work than time, as Linux counts at times, is 100.
 */
export function cpuPercent(before: CpuTimes, now: CpuTimes): number | null {
  const busy = now.busy - before.busy;
  const total = now.total - before.total;
  if (!(total > 0 && total < Infinity) || !(busy >= 0)) return null;
  return Math.min(100, round(busy / total * 100, 1));
}

/** Used and total GiB; null if the figures contradict each other. */
export function memoryGb(memory: MemoryBytes): { used: number; total: number } | null {
  const used = memory.total - memory.available;
  if (!(memory.total > 0) || !(used >= 0) || !(memory.available >= 0)) return null;
  return { used: round(used / GIB, 3), total: round(memory.total / GIB, 3) };
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/**
 * Creates the collector of the machine's own figures. What cannot be read is null and logged once
 * for each change; only when neither processor nor memory can be read, `collect` throws.
 */
export function createSystemCollector(
  { source, recordDirectory, clock, log, diskWaitMs }: SystemCollectorOptions,
): Collector<SystemReading> {
  const diskFreeBytes = createDiskMeter({
    read: (folder) => source.diskFreeBytes(folder),
    clock,
    log,
    ...(diskWaitMs === undefined ? {} : { waitMs: diskWaitMs }),
  });
  const broken = new Map<string, unknown>();
  let sample: { times: CpuTimes; atMs: number } | null = null;
  let cpu: number | null = null;

  function attempt<T>(what: string, read: () => T | null): T | null {
    try {
      const value = read();
      if (broken.delete(what)) log.info(`The machine's ${what} can be read again`);
      return value;
    } catch (error) {
      if (!broken.has(what)) {
        log.warn(`Cannot read the machine's ${what}; the figure stays empty`, error);
      }
      broken.set(what, error);
      return null;
    }
  }

  function cpuUsage(): number | null {
    const atMs = clock.monotonic();
    if (sample !== null && atMs - sample.atMs < MIN_SAMPLE_MS) return cpu;
    const times = source.cpuTimes();
    if (times === null) return cpu = null;
    cpu = sample === null ? null : cpuPercent(sample.times, times);
    sample = { times, atMs };
    return cpu;
  }

  return {
    name: "system",
    async collect() {
      const cpuUsagePercent = attempt("processor load", cpuUsage);
      const bytes = attempt("memory", () => source.memory());
      if (broken.size === 2) {
        throw new Error("Cannot read the machine's processor load and memory: see the log", {
          cause: broken.values().next().value,
        });
      }
      const memory = bytes === null ? null : memoryGb(bytes);
      const folder = recordDirectory();
      const free = folder === null ? null : await diskFreeBytes(folder);
      return {
        cpu_usage_percent: cpuUsagePercent,
        memory_used_gb: memory?.used ?? null,
        memory_total_gb: memory?.total ?? null,
        disk_free_gb: free === null || !(free >= 0) ? null : round(free / GIB, 3),
      };
    },
  };
}
