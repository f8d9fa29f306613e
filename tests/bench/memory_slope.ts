import { startSidecarPeer } from "../peers/sidecar.ts";
import { openEventStream } from "./event_stream.ts";
import { figure, grouped, megabytes } from "./format.ts";
import { startObsPeer } from "./obs_peer.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { median, slope } from "./statistics.ts";
import { type Usage, watchProcesses } from "./watch_processes.ts";

const WARM_UP_MS = 120_000;

/** Changes of scene of the simulated OBS; the sidecar keeps 20 ms between two snapshots. */
const SCENE_EVERY_MS = 10;

/** Snapshots a second with the settings a user begins with. */
const DEFAULT_RATE = 2;

/** A rise between the first and the last fifth that is taken for noise. */
const NOISE_BYTES = 1e6;

/** Whether memory and file handles stay level when the sidecar works many times as much. */
export function memorySlope({ minutes }: { minutes: number }): Section {
  return {
    name: "memory-slope",
    title: "Memory and file handles over time, many times the usual rate",
    needs: [],
    run: (tools) => measure(tools, minutes * 60_000),
  };
}

async function measure({ folder, say }: SectionTools, windowMs: number): Promise<Findings> {
  await using obs = await startObsPeer({ sceneEveryMs: SCENE_EVERY_MS });
  await using sidecar = await startSidecarPeer({
    home: folder,
    config: `[engine]\nbridge_update_rate = 100\n${obs.config}`,
  });
  await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is connected" });
  using _events = await openEventStream({ port: sidecar.port, token: sidecar.token() });
  say(`warming up: ${WARM_UP_MS / 1000} s`);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  say(`watching: ${windowMs / 1000} s`);
  const before = sidecar.bridge().sequence;
  const [usage] = await watchProcesses([sidecar.process.pid], { windowMs });
  const snapshots = sidecar.bridge().sequence - before;
  if (usage === undefined) throw new Error("The sidecar was not watched");
  return report(usage, { snapshots, seconds: windowMs / 1000 });
}

function report(
  { residentSeries, residentBytes, handles, cpuPercent }: Usage,
  { snapshots, seconds }: { snapshots: number; seconds: number },
): Findings {
  const resident = residentSeries.map(([, bytes]) => bytes);
  const [first, last] = [median(fifth(resident, 0)), median(fifth(resident, 4))];
  const [firstHandles, lastHandles] = [
    median(fifth(handles, 0)),
    median(fifth(handles, 4)),
  ];
  const rate = snapshots / seconds;
  const factor = rate / DEFAULT_RATE;
  const bytesAnHour = slope(residentSeries) * 3600;
  const runs = `${figure(seconds / 60)} min, ${grouped(snapshots)} snapshots = ` +
    `${figure(snapshots / DEFAULT_RATE / 3600)} h at the usual rate`;
  return {
    rows: [{
      what: "memory (RSS), first → last fifth of the time (medians)",
      promise: `level: rise < ${megabytes(NOISE_BYTES)}`,
      kept: last - first < NOISE_BYTES,
      measured: `${megabytes(first)} → ${megabytes(last)}, max ${megabytes(residentBytes.max)}`,
      baseline: "",
      runs,
    }, {
      what: "slope of the straight line through all samples",
      promise: "",
      kept: null,
      measured: `${megabytes(bytesAnHour)} an hour, ` +
        `${megabytes(bytesAnHour / factor)} for an hour's worth of snapshots at the usual rate`,
      baseline: "",
      runs,
    }, {
      what: "file handles, first → last fifth (medians)",
      promise: "constant",
      kept: firstHandles === lastHandles,
      measured: `${firstHandles} → ${lastHandles}, ${Math.min(...handles)} to ${
        Math.max(...handles)
      }`,
      baseline: "",
      runs,
    }, {
      what: `CPU at ${figure(factor)} times the usual rate`,
      promise: "",
      kept: null,
      measured: `${figure(cpuPercent)} %`,
      baseline: "",
      runs,
    }],
    notes: [
      `A simulated OBS with five streams and a recording changes its scene every ` +
      `${SCENE_EVERY_MS} ms; the sidecar made ${figure(rate)} snapshots a second of that. One ` +
      `event stream was open. Watching began ${WARM_UP_MS / 1000} s after the start.`,
    ],
  };
}

function fifth(values: readonly number[], index: number): number[] {
  const size = Math.max(1, Math.floor(values.length / 5));
  return index === 4 ? values.slice(-size) : values.slice(index * size, (index + 1) * size);
}
