import { DatabaseSync } from "node:sqlite";
import { createRandom } from "../../sidecar/demo/random.ts";
import { readRows } from "../../sidecar/history/row_reader.ts";
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { exists } from "../exists.ts";
import { freePort } from "../peers/ports.ts";
import { startProcess } from "../peers/process.ts";
import { sidecarArguments } from "../peers/sidecar.ts";
import { readValid, watchBridge } from "./bridge_watch.ts";
import { grouped } from "./format.ts";
import { startObsPeer } from "./obs_peer.ts";
import type { Findings, Section, SectionTools } from "./section.ts";

/** Latest moment of a kill after the first write: some come before the first row, most after it. */
const LATEST_MS = 2000;

/** Seconds between two rows of the history. */
const INTERVAL_S = 1;

/** What a tick may be late by on a busy machine, beyond the interval that may be lost. */
const LATE_MS = 250;

/** Changes of scene that keep the sidecar writing. */
const SCENE_EVERY_MS = 15;

/** Whether bridge.json and history survive kill -9 at random moments. */
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
  /** Kills after which SQLite found the history damaged, it was set aside, or a row was gone. */
  damaged: number;
  /** Kills that took more of the history than an interval. */
  lossy: number;
  mostLostMs: number;
  rows: number;
  sessions: number;
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
    `[engine]\nbridge_update_rate = 100\nmetrics_interval = ${INTERVAL_S}\n${obs.config}`,
  );
  const random = createRandom(seed);
  const toll: Toll = {
    invalid: 0,
    backwards: 0,
    midWrite: 0,
    versions: 0,
    damaged: 0,
    lossy: 0,
    mostLostMs: 0,
    rows: 0,
    sessions: 0,
  };
  let sequence = 0;
  for (let kill = 1; kill <= count; kill++) {
    if (kill % 50 === 1) say(`kill ${kill} of ${count}`);
    const waitMs = random.next() * LATEST_MS;
    const startedMs = await startAndKill({ dataDir, home: folder, sequence, waitMs });
    sequence = inspect(dataDir, { sequence, toll });
    inspectHistory(dataDir, { startedMs, toll });
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

/** Looks at the history that a kill left, as it is: what SQLite has to mend, it mends here. */
function inspectHistory(
  dataDir: string,
  { startedMs, toll }: { startedMs: number; toll: Toll },
): void {
  using database = new DatabaseSync(`${dataDir}/history.db`);
  const [check] = database.prepare("PRAGMA integrity_check").all();
  const rows = readRows(database, { afterId: 0, limit: Infinity });
  const isWhole = rows.every(({ id }, i) => id === i + 1) && rows.length >= toll.rows;
  const isSetAside = Array.from(Deno.readDirSync(dataDir))
    .some(({ name }) => name.startsWith("history.db."));
  if (check?.["integrity_check"] !== "ok" || !isWhole || isSetAside) toll.damaged++;
  toll.rows = rows.length;
  toll.sessions = Number(
    database.prepare("SELECT count(*) AS n FROM stream_sessions").get()?.["n"],
  );
  const telemetry = readValid(`${dataDir}/bridge.json`);
  if (telemetry === null) return;
  const newestMs = rows.at(-1)?.written_at_ms ?? 0;
  const lostMs = telemetry.written_at_ms - Math.max(newestMs, startedMs);
  toll.mostLostMs = Math.max(toll.mostLostMs, lostMs);
  if (lostMs > INTERVAL_S * 1000 + LATE_MS) toll.lossy++;
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
    }, {
      what: "history damaged, set aside or without a row of before",
      promise: "0",
      kept: toll.damaged === 0,
      measured: `${grouped(toll.damaged)}; ${grouped(toll.rows)} rows in the end`,
      baseline: "",
      runs,
    }, {
      what: `more than the interval of ${INTERVAL_S} s lost`,
      promise: "0",
      kept: toll.lossy === 0,
      measured: `${grouped(toll.lossy)}; at most ${grouped(toll.mostLostMs)} ms`,
      baseline: "",
      runs,
    }, {
      what: "sessions of the evening with five streams, which goes on all the time",
      promise: "6",
      kept: toll.sessions === 6,
      measured: grouped(toll.sessions),
      baseline: "",
      runs,
    }],
    notes: [
      `Each: start, first write, 0–${LATEST_MS} ms, kill. The sidecar wrote ` +
      `${grouped(toll.versions)} versions in all, at every change of scene of a simulated OBS; ` +
      `${grouped(toll.midWrite)} kills came between the writing of a file and its renaming. ` +
      `A tick may be ${LATE_MS} ms late on a busy machine before more than an interval counts as lost.`,
    ],
  };
}

/** @returns when its first write was, in Unix ms */
async function startAndKill(
  { dataDir, home, sequence, waitMs }: {
    dataDir: string;
    home: string;
    sequence: number;
    waitMs: number;
  },
): Promise<number> {
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
  const startedMs = Date.now();
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  process.signal("SIGKILL");
  const { signal } = await process.exited;
  if (signal !== "SIGKILL") throw new Error(`The sidecar ended by itself: ${process.output()}`);
  return startedMs;
}
