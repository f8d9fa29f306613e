import type { PeerProcess } from "../peers/process.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { startBaseline } from "./baseline_program.ts";
import { openEventStream } from "./event_stream.ts";
import { figure } from "./format.ts";
import { startObsPeer } from "./obs_peer.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { cpuRow, memoryOf, memoryRow, MOST } from "./usage_rows.ts";
import { type Usage, watchProcesses } from "./watch_processes.ts";

/** After the start: the first snapshots, the inventory, and what is compiled late. */
const SETTLE_MS = 15_000;

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
  await using bare = await startBaseline("bare", { folder });
  await using hello = await startBaseline("hello", { folder });
  await using ticking = await startBaseline("ticking", { folder });

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
  const cpu = (what: string, usage: Usage, most: number) =>
    cpuRow(what, usage, {
      ...{ most, runs },
      baseline:
        `idle Deno.serve: ${figure(helloUsage.cpuPercent)} %; Deno that writes and renames ` +
        `a file twice a second: ${figure(tickingUsage.cpuPercent)} %`,
    });
  const resident = (what: string, usage: Usage) =>
    memoryRow(what, usage, {
      ...{ most: MOST.bytes, runs },
      baseline: `bare Deno: ${memoryOf(bareUsage)}; Deno.serve: ${memoryOf(helloUsage)}`,
    });
  return {
    rows: [
      cpu("idle, no OBS", idle, MOST.idlePercent),
      cpu("five streams and a recording, one event stream", streaming, MOST.streamingPercent),
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

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
