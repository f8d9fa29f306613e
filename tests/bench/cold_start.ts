import { withDeadline } from "../../sidecar/time/deadline.ts";
import { freePort } from "../peers/ports.ts";
import { startProcess } from "../peers/process.ts";
import { sidecarArguments } from "../peers/sidecar.ts";
import { readValid, watchBridge } from "./bridge_watch.ts";
import { milliseconds } from "./format.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { summarise, type Summary } from "./statistics.ts";

const RUNS = 15;
const MOST_MS = 500;

/** How long a start takes until the overlay has something to show. */
export const coldStart: Section = {
  name: "cold-start",
  title: "Cold start: exec of the sidecar → first valid bridge.json",
  needs: [],
  run: measure,
};

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  const home = `${folder}/home`;
  const usedDataDir = `${folder}/used`;
  await Deno.mkdir(home);
  await Deno.mkdir(usedDataDir);
  const emptyProgram = `${folder}/empty.js`;
  await Deno.writeTextFile(emptyProgram, "");

  say("warming the system's file cache");
  await startToEnd(emptyProgram, home);
  await startToFirstBridge(usedDataDir, home);
  const empty: number[] = [];
  const first: number[] = [];
  const later: number[] = [];
  for (let run = 1; run <= RUNS; run++) {
    say(`run ${run} of ${RUNS}`);
    empty.push(await startToEnd(emptyProgram, home));
    const dataDir = `${folder}/data-${run}`;
    await Deno.mkdir(dataDir);
    first.push(await startToFirstBridge(dataDir, home));
    later.push(await startToFirstBridge(usedDataDir, home));
  }
  const baseline = `empty Deno program, start to end: ${times(summarise(empty))}`;
  const row = (what: string, summary: Summary) => ({
    what,
    promise: `≤ ${MOST_MS} ms`,
    kept: summary.max <= MOST_MS,
    measured: times(summary),
    baseline,
    runs: `${RUNS}, in turn`,
  });
  return {
    rows: [
      row("first start: nothing in the data directory", summarise(first)),
      row("later start", summarise(later)),
    ],
    notes: [
      "Started as `deno task start` starts it once everything is built, without OBS. Valid means: " +
      "the file is in place and keeps to the schema.",
    ],
  };
}

function times({ p50, max }: Summary): string {
  return `median ${milliseconds(p50)}, max ${milliseconds(max)}`;
}

async function startToEnd(program: string, home: string): Promise<number> {
  const before = performance.now();
  const process = startProcess(Deno.execPath(), {
    args: ["run", program],
    env: { HOME: home, PATH: Deno.env.get("PATH") ?? "" },
  });
  const { success } = await process.exited;
  const after = performance.now();
  if (!success) throw new Error(`An empty program failed: ${process.output()}`);
  return after - before;
}

async function startToFirstBridge(dataDir: string, home: string): Promise<number> {
  using watch = watchBridge(dataDir);
  const lastSequence = readValid(`${dataDir}/bridge.json`)?.sequence ?? 0;
  const args = [...sidecarArguments(), "--data-dir", dataDir, "--port", String(freePort())];
  const cwd = decodeURIComponent(new URL("../../", import.meta.url).pathname);
  const env = { HOME: home, PATH: Deno.env.get("PATH") ?? "" };
  const before = performance.now();
  await using process = startProcess(Deno.execPath(), { args, cwd, env });
  const inPlace = watch.next(({ sequence }) => sequence > lastSequence);
  const at = await withDeadline(inPlace, { ms: 20_000, what: `the sidecar: ${process.output()}` });
  return at - before;
}
