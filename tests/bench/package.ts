/** The package for Linux as a user has it: how large, how fast it starts, what it holds. */
import { VERSION } from "../../sidecar/version.ts";
import { withDeadline } from "../../sidecar/deadline.ts";
import { packagePath, packagesIn, PACKAGING } from "../packaging/package_set.ts";
import { freePort } from "../peers/ports.ts";
import { type PeerProcess, startProcess } from "../peers/process.ts";
import { readValid, watchBridge } from "./bridge_watch.ts";
import { megabytes, milliseconds } from "./format.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";
import { watchProcesses } from "./watch_processes.ts";

const RUNS = 10;
const MOST_MS = 500;
const MOST_BYTES = 50e6;
const SYSTEMS = [
  { system: "windows-x64", ending: "zip" },
  { system: "windows-x64", ending: "msi" },
  { system: "linux-x64", ending: "tar.gz" },
];
/** By then what only the start needed was given back. */
const SETTLED_MS = 15_000;
const WATCHED_S = 60;

export const packageSection: Section = {
  name: "package",
  title: "The packages: size, cold start from the Linux one, memory without OBS",
  needs: PACKAGING,
  run: measure,
};

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  say("making the packages");
  const made = await packagesIn(["windows-x64", "linux-x64"]);
  const sizes = SYSTEMS.map((what) => ({ ...what, bytes: sizeOf(packagePath(made, what)) }));
  const tar = packagePath(made, { system: "linux-x64", ending: "tar.gz" });
  await new Deno.Command("tar", { args: ["xzf", tar, "-C", folder] }).output();
  await Deno.remove(made, { recursive: true });
  const program = `${folder}/obs-telemetry-bridge-${VERSION}-linux-x64/obs-telemetry`;

  const used = `${folder}/used`;
  await Deno.mkdir(used);
  await startToFirstBridge(program, used);
  const first: number[] = [];
  const later: number[] = [];
  for (let run = 1; run <= RUNS; run++) {
    say(`start ${run} of ${RUNS}`);
    const dataDir = `${folder}/data-${run}`;
    await Deno.mkdir(dataDir);
    first.push(await startToFirstBridge(program, dataDir));
    later.push(await startToFirstBridge(program, used));
  }
  say(`watching it for ${WATCHED_S} s`);
  const { cpuPercent, residentBytes } = await footprint(program, used);

  const start = (what: string, times: number[]) => {
    const { p50, max } = summarise(times);
    return {
      what,
      promise: `≤ ${MOST_MS} ms`,
      kept: max <= MOST_MS,
      measured: `median ${milliseconds(p50)}, max ${milliseconds(max)}`,
      baseline: "",
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
      {
        what: "package, memory without OBS and dock",
        promise: `< ${megabytes(MOST_BYTES)}`,
        kept: residentBytes < MOST_BYTES,
        measured: `at most ${megabytes(residentBytes)}, ${cpuPercent.toFixed(2)} % of one core`,
        baseline: "",
        runs: `${WATCHED_S} s, from ${SETTLED_MS / 1000} s after the start`,
      },
    ],
    notes: ["From the call of the package's script to a bridge.json that keeps to the schema."],
  };
}

function sizeOf(path: string): number {
  return Deno.statSync(path).size;
}

function launch(program: string, dataDir: string): PeerProcess {
  return startProcess(program, {
    args: ["start", "--data-dir", dataDir, "--port", String(freePort())],
    env: { HOME: dataDir, PATH: "/usr/bin:/bin" },
  });
}

async function startToFirstBridge(program: string, dataDir: string): Promise<number> {
  using watch = watchBridge(dataDir);
  const lastSequence = readValid(`${dataDir}/bridge.json`)?.sequence ?? 0;
  const before = performance.now();
  await using process = launch(program, dataDir);
  const inPlace = watch.next(({ sequence }) => sequence > lastSequence);
  const at = await withDeadline(inPlace, { ms: 20_000, what: `the package: ${process.output()}` });
  return at - before;
}

/** What it holds once it has settled; no OBS is there, and no dock. */
async function footprint(
  program: string,
  dataDir: string,
): Promise<{ cpuPercent: number; residentBytes: number }> {
  await using process = launch(program, dataDir);
  await process.waitForOutput(/This machine: /);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const [usage] = await watchProcesses([process.pid], { windowMs: WATCHED_S * 1000 });
  if (usage === undefined) throw new Error(`The package ended: ${process.output()}`);
  return { cpuPercent: usage.cpuPercent, residentBytes: usage.residentBytes.max };
}
