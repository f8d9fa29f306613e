/** The zip for Windows under Wine, for information: how it starts, and what Linux sees it use. */
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { PACKAGING } from "../packaging/package_set.ts";
import { unpackWindowsZip } from "../packaging/unpack_windows_zip.ts";
import { type WindowsProgram, windowsProgram } from "../packaging/windows_program.ts";
import { freePort } from "../peers/ports.ts";
import { until } from "../peers/until.ts";
import { startWine, WINE } from "../peers/wine.ts";
import type { WineSession } from "../peers/wine_session.ts";
import { readValid, watchBridge } from "./bridge_watch.ts";
import { figure, milliseconds } from "./format.ts";
import { startPackageLoad } from "./package_load.ts";
import { findProcesses } from "./process_figures.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";
import { cpuRow, memoryOf, memoryRow } from "./usage_rows.ts";
import { type Usage, watchProcesses } from "./watch_processes.ts";

const STARTS = 5;
const START_MS = 30_000;
const SETTLED_MS = 15_000;
/** Short, for a Windows of the tests has a few minutes in all. */
const WATCHED_MS = 30_000;
/** Deno alone, which ends by itself after it was watched. */
const BARE = `setTimeout(() => {}, ${SETTLED_MS + WATCHED_MS + 10_000});`;
/** As Windows programs see it. */
const FOLDER = "Z:\\session\\program";

export const packageWindows: Section = {
  name: "package-windows",
  title: "The zip for Windows under Wine 10, for information",
  needs: [...PACKAGING, ...WINE],
  run: measure,
};

async function measure({ say }: SectionTools): Promise<Findings> {
  await using wine = await startWine();
  say("making the zip");
  await unpackWindowsZip(`${wine.folder}/program`);
  await Deno.writeTextFile(`${wine.folder}/bare.js`, BARE);
  await using windows = await wine.start();
  const config = `[api]\nport = ${freePort()}\n`;
  const program = await windowsProgram(windows, { folder: FOLDER, config });
  const sidecar = measuredSidecar(windows, program);

  const starts: number[] = [];
  for (let run = 1; run <= STARTS; run++) {
    say(`start ${run} of ${STARTS}`);
    starts.push(await sidecar.start());
    await program.terminal("stop");
  }
  say(`without OBS: ${WATCHED_MS / 1000} s`);
  const { bare, ...idle } = await watchIdle(windows, { program, sidecar });
  say(`with five streams and a recording: ${WATCHED_MS / 1000} s`);
  const busy = await watchBusy(program, sidecar);

  const { p50, max } = summarise(starts);
  return {
    rows: [
      {
        what: "zip under Wine, start without a window → first bridge.json",
        ...{ promise: "", kept: null, baseline: "" },
        measured: `median ${milliseconds(p50)}, max ${milliseconds(max)}`,
        runs: `${STARTS}, the first of them with an empty data directory`,
      },
      ...rowsOf("zip under Wine, idle, no OBS", { ...idle, bare }),
      ...rowsOf(
        "zip under Wine, five streams and a recording, one event stream, history and export",
        { ...busy, bare },
      ),
    ],
    notes: [
      "Linux's /proc of the process that Wine runs deno.exe in; Wine's server, a process of its own " +
      "that does part of what Windows's kernel does, is told beside it. Bare Deno is the same " +
      "deno.exe, which waits and does nothing, watched while the sidecar is idle.",
      "It does not tell what Windows takes: Wine reads program files into the process's own memory, " +
      "which Windows maps and shares; its heaps, its kernel's work and its way to count a working " +
      "set are others. What the sidecar takes beside bare Deno is what can be read from it.",
    ],
  };
}

/** A sidecar, and Wine's server in the same seconds. */
interface Watched {
  own: Usage;
  server: Usage;
}

function rowsOf(what: string, { own, server, bare }: Watched & { bare: Usage }): Row[] {
  const runs = `${WATCHED_MS / 1000} s, from some ${SETTLED_MS / 1000} s after the start`;
  const cpu = cpuRow(what, own, {
    ...{ runs, baseline: `bare Deno under Wine: ${figure(bare.cpuPercent)} %` },
  });
  return [
    { ...cpu, measured: `${cpu.measured}; Wine's server ${figure(server.cpuPercent)} %` },
    memoryRow(what, own, { runs, baseline: `bare Deno under Wine: ${memoryOf(bare)}` }),
  ];
}

async function watchIdle(
  windows: WineSession,
  { program, sidecar }: { program: WindowsProgram; sidecar: MeasuredSidecar },
): Promise<Watched & { bare: Usage }> {
  await sidecar.start();
  const ended = windows.run([`${FOLDER}\\deno.exe`, "run", "--no-config", "Z:\\session\\bare.js"]);
  const bare = await processOf(windows, /deno\.exe"? run .*bare\.js/);
  const usage = await watch({ ...await sidecar.processes(), bare });
  await ended;
  await program.terminal("stop");
  return usage;
}

async function watchBusy(program: WindowsProgram, sidecar: MeasuredSidecar): Promise<Watched> {
  const port = freePort();
  await using load = await startPackageLoad(port);
  await Deno.writeTextFile(`${program.dataDir}/config.toml`, load.config);
  for (const [id, value] of Object.entries(load.secrets)) await program.setSecret(id, value);
  await sidecar.start();
  await load.begin(program.dataDir);
  const usage = await watch(await sidecar.processes());
  await program.terminal("stop");
  return usage;
}

/** Watches processes side by side, after what a start takes is over. */
async function watch<K extends string>(pids: Record<K, number>): Promise<Record<K, Usage>> {
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const names = Object.keys(pids) as K[];
  const usages = await watchProcesses(names.map((name) => pids[name]), { windowMs: WATCHED_MS });
  return Object.fromEntries(names.map((name, i) => [name, usages[i]])) as Record<K, Usage>;
}

/** The sidecar of the unpacked zip. */
interface MeasuredSidecar {
  /** Starts it without a window; the milliseconds until its first bridge.json. */
  start(): Promise<number>;
  /** Its process and that of Wine's server. */
  processes(): Promise<{ own: number; server: number }>;
}

function measuredSidecar(
  windows: WineSession,
  { dataDir, windowless }: WindowsProgram,
): MeasuredSidecar {
  return {
    async start() {
      using bridge = watchBridge(dataDir);
      const lastSequence = readValid(`${dataDir}/bridge.json`)?.sequence ?? 0;
      const before = performance.now();
      const inPlace = bridge.next(({ sequence }) => sequence > lastSequence);
      const running = windowless();
      const at = await withDeadline(inPlace, { ms: START_MS, what: "the zip's first bridge.json" });
      await running;
      return at - before;
    },
    async processes() {
      return {
        own: await processOf(windows, /deno\.exe"? run .*main\.js"? start/),
        server: await processOf(windows, /wineserver/),
      };
    },
  };
}

async function processOf(windows: WineSession, commandLine: RegExp): Promise<number> {
  return await until(() => findProcesses(windows.pid, commandLine)[0], {
    what: `${commandLine} runs`,
    withinMs: START_MS,
  });
}
