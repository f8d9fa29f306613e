/** The package for Linux as a user has it: how large, how fast it starts, what it takes. */
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { VERSION } from "../../sidecar/version.ts";
import { packagePath, packagesIn, PACKAGING } from "../packaging/package_set.ts";
import { startProcess } from "../peers/process.ts";
import { readValid, watchBridge } from "./bridge_watch.ts";
import { megabytes, milliseconds } from "./format.ts";
import { packageFootprint, startPackage } from "./package_footprint.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";

const RUNS = 10;
const MOST_MS = 500;
const SYSTEMS = [
  { system: "windows-x64", ending: "zip" },
  { system: "windows-x64", ending: "msi" },
  { system: "linux-x64", ending: "tar.gz" },
];

export const packageSection: Section = {
  name: "package",
  title: "The packages: size; cold start, CPU and memory of the Linux one",
  needs: PACKAGING,
  run: measure,
};

async function measure(tools: SectionTools): Promise<Findings> {
  const { folder, say } = tools;
  say("making the packages");
  const made = await packagesIn(["windows-x64", "linux-x64"]);
  const sizes = SYSTEMS.map((what) => ({ ...what, bytes: sizeOf(packagePath(made, what)) }));
  const tar = packagePath(made, { system: "linux-x64", ending: "tar.gz" });
  await new Deno.Command("tar", { args: ["xzf", tar, "-C", folder] }).output();
  await Deno.remove(made, { recursive: true });
  const unpacked = `${folder}/obs-telemetry-bridge-${VERSION}-linux-x64`;
  const program = `${unpacked}/obs-telemetry`;

  const used = `${folder}/used`;
  await Deno.mkdir(used);
  await startToFirstBridge(program, used);
  await Deno.writeTextFile(`${folder}/empty.js`, "");
  const empty: number[] = [];
  const first: number[] = [];
  const later: number[] = [];
  for (let run = 1; run <= RUNS; run++) {
    say(`start ${run} of ${RUNS}`);
    empty.push(await startToEnd(`${unpacked}/deno`, `${folder}/empty.js`));
    const dataDir = `${folder}/data-${run}`;
    await Deno.mkdir(dataDir);
    first.push(await startToFirstBridge(program, dataDir));
    later.push(await startToFirstBridge(program, used));
  }
  const usage = await packageFootprint(unpacked, tools);

  const timesOf = (times: number[]) => {
    const { p50, max } = summarise(times);
    return { max, text: `median ${milliseconds(p50)}, max ${milliseconds(max)}` };
  };
  const start = (what: string, times: number[]) => {
    const { max, text } = timesOf(times);
    return {
      what,
      promise: `≤ ${MOST_MS} ms`,
      kept: max <= MOST_MS,
      measured: text,
      baseline: `its Deno with an empty program: ${timesOf(empty).text}`,
      runs: `${RUNS}, in turn`,
    };
  };
  return {
    rows: [
      ...sizes.map(({ system, ending, bytes }) => ({
        what: `${system}, .${ending}`,
        promise: "",
        kept: null,
        measured: megabytes(bytes),
        baseline: "",
        runs: "1",
      })),
      start("package, first start: nothing in the data directory", first),
      start("package, later start", later),
      ...usage,
    ],
    notes: [
      "A start is from the call of the package's script to a bridge.json that keeps to the schema.",
      "CPU and memory are those of the package's own Deno with the package's own flags, from /proc: " +
      "the sidecar and whatever it started. Bare Deno is the same program file, which waits and does " +
      "nothing, watched in the same seconds. OBS is simulated and the metrics backend takes " +
      "everything, both in other processes; all intervals are at their defaults.",
    ],
  };
}

function sizeOf(path: string): number {
  return Deno.statSync(path).size;
}

async function startToFirstBridge(program: string, dataDir: string): Promise<number> {
  using watch = watchBridge(dataDir);
  const lastSequence = readValid(`${dataDir}/bridge.json`)?.sequence ?? 0;
  const before = performance.now();
  await using process = startPackage(program, { dataDir });
  const inPlace = watch.next(({ sequence }) => sequence > lastSequence);
  const at = await withDeadline(inPlace, { ms: 20_000, what: `the package: ${process.output()}` });
  return at - before;
}

async function startToEnd(deno: string, program: string): Promise<number> {
  const before = performance.now();
  await using process = startProcess(deno, { args: ["run", "--no-config", program] });
  await process.exited;
  return performance.now() - before;
}
