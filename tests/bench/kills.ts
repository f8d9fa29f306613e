import { withDeadline } from "../../sidecar/deadline.ts";
import { createRandom } from "../../sidecar/demo/random.ts";
import { freePort } from "../peers/ports.ts";
import { startProcess } from "../peers/process.ts";
import { sidecarArguments } from "../peers/sidecar.ts";
import { exists } from "../exists.ts";
import { readValid, watchBridge } from "./bridge_watch.ts";
import { grouped } from "./format.ts";
import { startObsPeer } from "./obs_peer.ts";
import type { Findings, Section, SectionTools } from "./section.ts";

/** Latest moment of a kill after the first write. */
const LATEST_MS = 400;

/** Changes of scene that keep the sidecar writing. */
const SCENE_EVERY_MS = 15;

/** Whether bridge.json survives kill -9 at random moments. */
export function kills({ count, seed }: { count: number; seed: number }): Section {
  return {
    name: "kill-9",
    title: "The sidecar killed with -9 at random moments",
    needs: [],
    run: (tools) => measure(tools, { count, seed }),
  };
}

/** What was found after the kills. */
interface Toll {
  invalid: number;
  backwards: number;
  /** Kills that left a half-written or not yet renamed file beside bridge.json. */
  midWrite: number;
  versions: number;
}

async function measure(
  { folder, say }: SectionTools,
  { count, seed }: { count: number; seed: number },
): Promise<Findings> {
  await using obs = await startObsPeer({ sceneEveryMs: SCENE_EVERY_MS });
  const dataDir = `${folder}/data`;
  await Deno.mkdir(dataDir);
  await Deno.writeTextFile(
    `${dataDir}/config.toml`,
    `[engine]\nbridge_update_rate = 100\n${obs.config}`,
  );
  const random = createRandom(seed);
  const toll: Toll = { invalid: 0, backwards: 0, midWrite: 0, versions: 0 };
  let sequence = 0;
  for (let kill = 1; kill <= count; kill++) {
    if (kill % 50 === 1) say(`kill ${kill} of ${count}`);
    await startAndKill({ dataDir, home: folder, sequence, waitMs: random.next() * LATEST_MS });
    sequence = inspect(dataDir, { sequence, toll });
  }
  return report(toll, { count, seed });
}

/** Looks at what a kill left; returns the sequence that the next start must exceed. */
function inspect(dataDir: string, { sequence, toll }: { sequence: number; toll: Toll }): number {
  if (exists(`${dataDir}/bridge.json.tmp`)) toll.midWrite++;
  const telemetry = readValid(`${dataDir}/bridge.json`);
  if (telemetry === null) {
    toll.invalid++;
    return sequence;
  }
  // The sidecar had written at least once since the kill before.
  if (telemetry.sequence <= sequence) toll.backwards++;
  toll.versions += Math.max(0, telemetry.sequence - sequence);
  return telemetry.sequence;
}

function report(toll: Toll, { count, seed }: { count: number; seed: number }): Findings {
  const runs = `${grouped(count)} kills, seed ${seed}`;
  return {
    rows: [{
      what: "bridge.json invalid after a kill",
      promise: "0",
      kept: toll.invalid === 0,
      measured: grouped(toll.invalid),
      baseline: "",
      runs,
    }, {
      what: "sequence not above that of the kill before",
      promise: "0",
      kept: toll.backwards === 0,
      measured: grouped(toll.backwards),
      baseline: "",
      runs,
    }],
    notes: [
      `Each: start, first write, 0–${LATEST_MS} ms, kill. The sidecar wrote ` +
      `${grouped(toll.versions)} versions in all, at every change of scene of a simulated OBS; ` +
      `${grouped(toll.midWrite)} kills came between the writing of a file and its renaming.`,
    ],
  };
}

async function startAndKill(
  { dataDir, home, sequence, waitMs }: {
    dataDir: string;
    home: string;
    sequence: number;
    waitMs: number;
  },
): Promise<void> {
  using watch = watchBridge(dataDir);
  const written = watch.next((telemetry) => telemetry.sequence > sequence);
  await using process = startProcess(Deno.execPath(), {
    args: [...sidecarArguments(), "--data-dir", dataDir, "--port", String(freePort())],
    cwd: decodeURIComponent(new URL("../../", import.meta.url).pathname),
    env: { HOME: home, PATH: Deno.env.get("PATH") ?? "" },
  });
  await withDeadline(Promise.race([written, process.exited]), {
    ms: 20_000,
    what: "the sidecar's first bridge.json",
  });
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  process.signal("SIGKILL");
  const { signal } = await process.exited;
  if (signal !== "SIGKILL") throw new Error(`The sidecar ended by itself: ${process.output()}`);
}
