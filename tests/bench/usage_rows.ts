/** Rows of the results that tell what a process used. */
import { figure, megabytes } from "./format.ts";
import type { Row } from "./section.ts";
import type { Usage } from "./watch_processes.ts";

/** What the sidecar may take: resident bytes, and percent of a core. */
export const MOST = { bytes: 50e6, idlePercent: 0.5, streamingPercent: 1.5 } as const;

/** What stands beside the figure. */
export interface UsageRowOptions {
  /** What is promised, in bytes or percent; none for a figure that only informs. */
  most?: number;
  baseline: string;
  runs: string;
}

/** `0.61 %`, of one core. */
export function cpuRow(
  what: string,
  usage: Usage,
  { most, ...beside }: UsageRowOptions,
): Row {
  return {
    what: `CPU, ${what}`,
    ...promised(usage.cpuPercent <= (most ?? Infinity), most && `≤ ${most} % of a core`),
    measured: `${figure(usage.cpuPercent)} %`,
    ...beside,
  };
}

/** Resident memory: median, what of it is the process's own, and the most. */
export function memoryRow(
  what: string,
  usage: Usage,
  { most, ...beside }: UsageRowOptions,
): Row {
  return {
    what: `memory (RSS), ${what}`,
    ...promised(usage.residentBytes.max < (most ?? Infinity), most && `< ${megabytes(most)}`),
    measured: `${memoryOf(usage)}; ${usage.processes} process${usage.processes === 1 ? "" : "es"}`,
    ...beside,
  };
}

/** `median 42.0 MB (15.1 MB its own), max 43.2 MB`. */
export function memoryOf({ residentBytes, ownBytes }: Usage): string {
  return `median ${megabytes(residentBytes.p50)} (${megabytes(ownBytes.p50)} its own), ` +
    `max ${megabytes(residentBytes.max)}`;
}

function promised(kept: boolean, promise: string | 0 | undefined): Pick<Row, "promise" | "kept"> {
  return promise ? { promise, kept } : { promise: "", kept: null };
}
