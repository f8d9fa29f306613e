import {
  LISTEN_MS,
  SAMPLE_EVERY_MS,
  SILENT_LISTEN_MS,
  SILENT_SAMPLE_EVERY_MS,
} from "../../sidecar/obs/silence_watch.ts";
import { FFMPEG, OBS, XVFB } from "../counterparts.ts";
import { type Obs, startObs } from "../peers/obs.ts";
import { sidecarArguments } from "../peers/sidecar.ts";
import { figure, milliseconds } from "./format.ts";
import type { MetersReport } from "./meters_peer.ts";
import { readTree } from "./process_figures.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";

const INPUTS = 4;

/** Samples of each kind, and how far apart the sidecar takes them. */
const KINDS = [
  {
    what: "a sample that hears something",
    count: 60,
    levelDb: -60,
    listenMs: LISTEN_MS,
    everyS: SAMPLE_EVERY_MS / 1000,
  },
  {
    what: `a sample in long silence, of ${SILENT_LISTEN_MS} ms`,
    count: 20,
    levelDb: 40,
    listenMs: SILENT_LISTEN_MS,
    everyS: SILENT_SAMPLE_EVERY_MS / 1000,
  },
] as const;

/** How long OBS is watched without a listener. */
const IDLE_MS = 20_000;

/** What it costs to know whether a stream is silent. */
export const meters: Section = {
  name: "meters",
  title: `A sample of a real OBS's volume meters, with ${INPUTS} inputs that play`,
  needs: [OBS, XVFB, FFMPEG],
  run: measure,
};

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  say("starting OBS");
  const song = `${folder}/song.wav`;
  const tone = ["-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=30"];
  await new Deno.Command("/usr/bin/ffmpeg", { args: [...tone, "-ac", "2", song] }).output();
  await using obs = await startObs();
  for (let input = 0; input < INPUTS; input++) {
    await obs.client.call("CreateInput", {
      sceneName: "Scene",
      inputName: `Song ${input}`,
      inputKind: "ffmpeg_source",
      inputSettings: { local_file: song, looping: true },
    });
  }
  say("OBS without a listener");
  const idleFrom = obsCpuSeconds(obs);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const idleShare = (obsCpuSeconds(obs) - idleFrom) / IDLE_MS * 1000;
  const rows: Row[] = [];
  for (const kind of KINDS) {
    say(`${kind.count} times ${kind.what}`);
    rows.push(await measureKind(obs, { ...kind, idleShare }));
  }
  return {
    rows,
    notes: [
      `A sample subscribes to OBS's meters, listens and unsubscribes; OBS sends the levels of all ` +
      "inputs every 50 ms. OBS's share is what it took more than without a listener, of which " +
      "single percents are noise.",
    ],
  };
}

async function measureKind(
  obs: Obs,
  { what, count, levelDb, listenMs, everyS, idleShare }: (typeof KINDS)[number] & {
    idleShare: number;
  },
): Promise<Row> {
  const before = { cpu: obsCpuSeconds(obs), atMs: performance.now() };
  const { cpuMs, wallMs, heard } = await runPeer(obs, { count, levelDb, listenMs });
  const seconds = (performance.now() - before.atMs) / 1000;
  const obsMs = ((obsCpuSeconds(obs) - before.cpu) - idleShare * seconds) * 1000 / count;
  if (heard?.silent !== levelDb > 0) throw new Error(`The sample heard ${JSON.stringify(heard)}`);
  return {
    what,
    promise: "",
    kept: null,
    measured: `${milliseconds(cpuMs)} of CPU time in ${milliseconds(wallMs)}: ` +
      `${figure(cpuMs / everyS / 10)} % of one core, once in ${everyS} s`,
    baseline: `OBS itself: ${milliseconds(Math.max(0, obsMs))} more than the ` +
      `${figure(idleShare * 100)} % of a core that it takes anyway`,
    runs: String(count),
  };
}

async function runPeer(
  obs: Obs,
  { count, levelDb, listenMs }: { count: number; levelDb: number; listenMs: number },
): Promise<MetersReport> {
  const peer = decodeURIComponent(new URL("meters_peer.ts", import.meta.url).pathname);
  const engine = sidecarArguments().filter((argument) => argument.startsWith("--v8-flags"));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=test", ...engine, peer, `${obs.wsPort}`, obs.password]
      .concat([`${count}`, `${levelDb}`, `${listenMs}`]),
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`The samples failed: ${decode(stderr)}`);
  return JSON.parse(decode(stdout)) as MetersReport;
}

function obsCpuSeconds(obs: Obs): number {
  return readTree(obs.process.pid).cpuSeconds;
}
