/** Every graphics card of the machine. */
import type { Gpu } from "../../shared/telemetry.ts";
import type { Log } from "../log/log.ts";
import type { Collector, GpuReading } from "./collector.ts";
import { type GpuSource, NO_GPUS } from "./gpu_source.ts";
import { GpuSourceRunner } from "./gpu_source_runner.ts";

/** What the collector works with. */
export interface GpuCollectorOptions {
  sources: readonly GpuSource[];
  log: Log;
  /** How long a source may take before its cards are left out. */
  deadlineMs?: number;
}

/** Less than a collector has in all, so that one source's silence never costs the others' cards. */
const SOURCE_DEADLINE_MS = 1_500;

/**
 * Watches the cards of all `sources`, in that order: those that know a vendor's cards best come
 * first, since a later one's cards of the same vendor are taken for the same. A machine without any
 * card is fine: an empty list. A source that fails or hangs costs its own cards; `collect` fails
 * only where no other source has one.
 */
export function createGpuCollector(
  { sources, log, deadlineMs = SOURCE_DEADLINE_MS }: GpuCollectorOptions,
): Collector<GpuReading> {
  const runners = sources.map((source) => new GpuSourceRunner(source, { log, deadlineMs }));
  return {
    name: "gpu",
    async collect() {
      const results = await Promise.allSettled(runners.map((runner) => runner.read()));
      const reading = mergeReadings(
        results.filter((result) => result.status === "fulfilled").map(({ value }) => value),
      );
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined && reading.gpus.length === 0) throw failed.reason;
      return reading;
    },
    async close() {
      await Promise.all(runners.map((runner) => runner.close()));
    },
  };
}

/**
 * All cards in one list; OBS encodes where the first source that knows says. Of a vendor's cards
 * only the first source's stay that has any.
 */
export function mergeReadings(readings: readonly GpuReading[]): GpuReading {
  const merged: GpuReading = { ...NO_GPUS, gpus: [] };
  for (const reading of readings) {
    const vendors = new Set(merged.gpus.map(({ vendor }) => vendor));
    const isNew = ({ vendor }: Gpu) => vendor === null || !vendors.has(vendor);
    const gpus = reading.gpus.filter(isNew);
    const encoding = reading.gpus[reading.encodingIndex ?? -1];
    if (encoding !== undefined && isNew(encoding)) {
      merged.encodingIndex ??= merged.gpus.length + gpus.indexOf(encoding);
    }
    merged.obsEncoderLatencyUs ??= reading.obsEncoderLatencyUs;
    merged.gpus.push(...gpus);
  }
  return merged;
}
