import { type PeerProcess, startProcess } from "../peers/process.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { openEventStream } from "./event_stream.ts";
import { figure, megabytes } from "./format.ts";
import { startObsPeer } from "./obs_peer.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";
import { type Usage, watchProcesses } from "./watch_processes.ts";

/** After the start: the first snapshots, the inventory, and what is compiled late. */
const SETTLE_MS = 15_000;

const MOST_BYTES = 50e6;
const MOST_IDLE_PERCENT = 0.5;
const MOST_STREAMING_PERCENT = 1.5;

/** Programs to compare with: what Deno itself takes. */
const BASELINES = {
  bare: "setInterval(() => {}, 1e9);",
  hello: 'Deno.serve({ hostname: "127.0.0.1", port: 0 }, () => new Response("hello"));',
  /** The least that a tick can be: a file of bridge.json's size written and renamed. */
  ticking: `
    const [path] = Deno.args;
    const bytes = new Uint8Array(2000).fill(32);
    setInterval(() => {
      Deno.writeFileSync(path + ".tmp", bytes, { mode: 0o600 });
      Deno.renameSync(path + ".tmp", path);
    }, 500);`,
};

/** CPU and memory of the sidecar: alone, and with everything going on. */
export function footprint({ name, seconds }: { name: string; seconds: number }): Section {
  return {
    name,
    title: "CPU and memory of the sidecar",
    needs: [],
    run: (tools) => measure(tools, seconds * 1000),
  };
}

async function measure({ folder, say }: SectionTools, windowMs: number): Promise<Findings> {
  await using bare = await startBaseline("bare", folder);
  await using hello = await startBaseline("hello", folder);
  await using ticking = await startBaseline("ticking", folder);

  say(`idle, without OBS: ${windowMs / 1000} s`);
  const [idle, bareUsage, helloUsage, tickingUsage] = await measureIdle(
    { folder, windowMs },
    [bare, hello, ticking],
  );
  say(`five streams and a recording: ${windowMs / 1000} s`);
  const streaming = await measureStreaming({ folder, windowMs });
  if (!idle || !bareUsage || !helloUsage || !tickingUsage) {
    throw new Error("A process was not watched");
  }

  const runs = `${windowMs / 1000} s, one sample a second`;
  const memory = (usage: Usage) =>
    `median ${megabytes(usage.residentBytes.p50)} (${megabytes(usage.ownBytes.p50)} its own), ` +
    `max ${megabytes(usage.residentBytes.max)}`;
  const cpu = (what: string, usage: Usage, most: number): Row => ({
    what: `CPU, ${what}`,
    promise: `≤ ${most} % of a core`,
    kept: usage.cpuPercent <= most,
    measured: `${figure(usage.cpuPercent)} %`,
    baseline: `idle Deno.serve: ${figure(helloUsage.cpuPercent)} %; Deno that writes and renames ` +
      `a file twice a second: ${figure(tickingUsage.cpuPercent)} %`,
    runs,
  });
  const resident = (what: string, usage: Usage): Row => ({
    what: `memory (RSS), ${what}`,
    promise: `< ${megabytes(MOST_BYTES)}`,
    kept: usage.residentBytes.max < MOST_BYTES,
    measured: `${memory(usage)}; ${usage.processes} process${usage.processes === 1 ? "" : "es"}`,
    baseline: `bare Deno: ${memory(bareUsage)}; Deno.serve: ${memory(helloUsage)}`,
    runs,
  });
  return {
    rows: [
      cpu("idle, no OBS", idle, MOST_IDLE_PERCENT),
      cpu("five streams and a recording, one event stream", streaming, MOST_STREAMING_PERCENT),
      resident("idle, no OBS", idle),
      resident("five streams and a recording, one event stream", streaming),
    ],
    notes: [
      `Measured from ${SETTLE_MS / 1000} s after the start, at the default rate of two snapshots ` +
      "a second, from /proc: the sidecar and whatever it started. OBS is simulated, in a process " +
      "of its own. A megabyte is a million bytes; the rest of the resident memory is pages of program " +
      "files, which the system shares between all Deno programs and drops when it needs room.",
    ],
  };
}

async function measureIdle(
  { folder, windowMs }: { folder: string; windowMs: number },
  baselines: readonly PeerProcess[],
): Promise<Usage[]> {
  await using sidecar = await startSidecarPeer({ home: folder });
  await settle();
  const pids = [sidecar.process, ...baselines].map(({ pid }) => pid);
  return await watchProcesses(pids, { windowMs });
}

async function measureStreaming(
  { folder, windowMs }: { folder: string; windowMs: number },
): Promise<Usage> {
  await using obs = await startObsPeer();
  await using sidecar = await startSidecarPeer({ home: folder, config: obs.config });
  await sidecar.untilBridge(
    ({ obs }) => obs.outputs?.filter(({ active }) => active).length === 6,
    { what: "five streams and a recording run" },
  );
  using _events = await openEventStream({ port: sidecar.port, token: sidecar.token() });
  await settle();
  const [usage] = await watchProcesses([sidecar.process.pid], { windowMs });
  if (usage === undefined) throw new Error("The sidecar was not watched");
  return usage;
}

async function startBaseline(name: keyof typeof BASELINES, folder: string): Promise<PeerProcess> {
  const path = `${folder}/${name}.js`;
  await Deno.writeTextFile(path, BASELINES[name]);
  return startProcess(Deno.execPath(), {
    args: [
      ...["run", "--allow-net=127.0.0.1", `--allow-read=${folder}`, `--allow-write=${folder}`],
      ...[path, `${folder}/${name}.json`],
    ],
    env: { HOME: folder, PATH: Deno.env.get("PATH") ?? "" },
  });
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
