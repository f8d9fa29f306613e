/** CPU and memory of the package for Linux, unpacked and run by its own script and its own Deno. */
import { freePort } from "../peers/ports.ts";
import { type PeerProcess, startProcess } from "../peers/process.ts";
import { startBaseline } from "./baseline_program.ts";
import { figure } from "./format.ts";
import { startPackageLoad } from "./package_load.ts";
import type { Row, SectionTools } from "./section.ts";
import { cpuRow, memoryOf, memoryRow, MOST } from "./usage_rows.ts";
import { type Usage, watchProcesses } from "./watch_processes.ts";

/** By then what only the start needed was given back. */
export const SETTLED_MS = 15_000;
export const WATCHED_MS = 60_000;

/** Starts the sidecar of a package with `program`, its script. */
export function startPackage(
  program: string,
  { dataDir, port = freePort() }: { dataDir: string; port?: number },
): PeerProcess {
  return startProcess(program, {
    args: ["start", "--data-dir", dataDir, "--port", String(port)],
    env: environment(dataDir),
  });
}

/** Rows of a sidecar that is idle, and of one with everything going on; `unpacked` is its folder. */
export async function packageFootprint(
  unpacked: string,
  { folder, say }: SectionTools,
): Promise<Row[]> {
  const program = `${unpacked}/obs-telemetry`;
  await using bare = await startBaseline("bare", { folder, deno: `${unpacked}/deno` });
  say(`the package without OBS: ${WATCHED_MS / 1000} s`);
  const [idle, idleBare] = await watchIdle(program, { folder, beside: bare });
  say(`the package with five streams and a recording: ${WATCHED_MS / 1000} s`);
  const [busy, busyBare] = await watchBusy(program, { folder, beside: bare });
  const runs = `${WATCHED_MS / 1000} s, from ${SETTLED_MS / 1000} s after the start`;
  const rows = (what: string, [own, beside]: [Usage, Usage], most: number): Row[] => [
    cpuRow(what, own, {
      ...{ most, runs, baseline: `bare Deno: ${figure(beside.cpuPercent)} %` },
    }),
    memoryRow(what, own, {
      ...{ most: MOST.bytes, runs, baseline: `bare Deno: ${memoryOf(beside)}` },
    }),
  ];
  return [
    ...rows("package, idle, no OBS", [idle, idleBare], MOST.idlePercent),
    ...rows(
      "package, five streams and a recording, one event stream, history and export",
      [busy, busyBare],
      MOST.streamingPercent,
    ),
  ];
}

interface WatchOptions {
  folder: string;
  beside: PeerProcess;
}

async function watchIdle(
  program: string,
  { folder, beside }: WatchOptions,
): Promise<[Usage, Usage]> {
  const dataDir = `${folder}/idle`;
  await Deno.mkdir(dataDir);
  await using sidecar = startPackage(program, { dataDir });
  await sidecar.waitForOutput(/This machine: /);
  return await watch(sidecar, beside);
}

async function watchBusy(
  program: string,
  { folder, beside }: WatchOptions,
): Promise<[Usage, Usage]> {
  const dataDir = `${folder}/busy`;
  const port = freePort();
  await using load = await startPackageLoad(port);
  await Deno.mkdir(dataDir);
  await Deno.writeTextFile(`${dataDir}/config.toml`, load.config);
  for (const [id, value] of Object.entries(load.secrets)) {
    await keepSecret(program, { dataDir, id, value });
  }
  await using sidecar = startPackage(program, { dataDir, port });
  await load.begin(dataDir);
  return await watch(sidecar, beside);
}

async function watch(sidecar: PeerProcess, beside: PeerProcess): Promise<[Usage, Usage]> {
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const [own, baseline] = await watchProcesses([sidecar.pid, beside.pid], { windowMs: WATCHED_MS });
  if (own === undefined || baseline === undefined) {
    throw new Error(`The package ended: ${sidecar.output()}`);
  }
  return [own, baseline];
}

/** `vault set`, with the secret on its standard input. */
async function keepSecret(
  program: string,
  { dataDir, id, value }: { dataDir: string; id: string; value: string },
): Promise<void> {
  const child = new Deno.Command(program, {
    args: ["vault", "set", id, "--data-dir", dataDir],
    ...{ env: environment(dataDir), clearEnv: true },
    ...{ stdin: "piped", stdout: "null", stderr: "piped" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${value}\n`));
  await writer.close();
  const { success, stderr } = await child.output();
  if (!success) throw new Error(`Cannot set ${id}: ${new TextDecoder().decode(stderr)}`);
}

/** A user's, of whom nothing is known but the home folder. */
function environment(home: string): Record<string, string> {
  return { HOME: home, PATH: "/usr/bin:/bin" };
}
