import { readTree, type TreeFigures } from "./process_figures.ts";
import { type Point, summarise, type Summary } from "./statistics.ts";

const SAMPLE_EVERY_MS = 1000;

/** What a process and its descendants used during a window. */
export interface Usage {
  /** Percent of one core. */
  cpuPercent: number;
  residentBytes: Summary;
  /** Those of them that no file of a program backs. */
  ownBytes: Summary;
  /** Resident bytes over seconds since the window's start. */
  residentSeries: Point[];
  /** Most processes at once. */
  processes: number;
  /** Open file handles of the process itself, one figure a second. */
  handles: number[];
}

/** Watches processes side by side for a while, one sample a second. */
export async function watchProcesses(
  pids: readonly number[],
  { windowMs }: { windowMs: number },
): Promise<Usage[]> {
  const samples = pids.map((): { atMs: number; figures: TreeFigures }[] => []);
  const start = performance.now();
  for (let count = 0;; count++) {
    pids.forEach((pid, index) =>
      samples[index]?.push({ atMs: performance.now() - start, figures: readTree(pid) })
    );
    if (count * SAMPLE_EVERY_MS >= windowMs) break;
    const next = start + (count + 1) * SAMPLE_EVERY_MS;
    await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
  }
  return samples.map(usageOf);
}

function usageOf(samples: readonly { atMs: number; figures: TreeFigures }[]): Usage {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  if (first === undefined || last === undefined) throw new Error("No sample was taken");
  const seconds = (last.atMs - first.atMs) / 1000;
  return {
    cpuPercent: (last.figures.cpuSeconds - first.figures.cpuSeconds) / seconds * 100,
    residentBytes: summarise(samples.map(({ figures }) => figures.residentBytes)),
    ownBytes: summarise(samples.map(({ figures }) => figures.ownBytes)),
    residentSeries: samples.map(({ atMs, figures }) => [atMs / 1000, figures.residentBytes]),
    processes: Math.max(...samples.map(({ figures }) => figures.processes)),
    handles: samples.map(({ figures }) => figures.handles),
  };
}
