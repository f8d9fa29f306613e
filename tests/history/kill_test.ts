import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import * as v from "valibot";
import { TelemetrySchema } from "../../shared/telemetry.ts";
import { createRandom, type Random } from "../../sidecar/demo/random.ts";
import { readRows } from "../../sidecar/history/row_reader.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";

/** Sidecars at the same time, and how often each is killed. */
const LANES = 4;
const KILLS = 25;
/** Latest moment of a kill after the first bridge.json. */
const LATEST_MS = 1500;
/** The interval of rows, and what ticks may be late by on a busy machine. */
const MOST_LOST_MS = 1000 + 500;

const CONFIG = "[engine]\nbridge_update_rate = 100\nmetrics_interval = 1\n";

/** Starts a sidecar and kills it. @returns when it began, and its last bridge.json */
async function startAndKill(folder: string, random: Random) {
  const dataDir = `${folder}/data`;
  await using sidecar = await startSidecarPeer({ home: folder, dataDir, config: CONFIG });
  const startedMs = sidecar.bridge().written_at_ms;
  await new Promise((done) => setTimeout(done, random.next() * LATEST_MS));
  sidecar.process.signal("SIGKILL");
  await sidecar.process.exited;
  return { startedMs, bridge: v.parse(TelemetrySchema, sidecar.bridge()) };
}

/** Kills a sidecar again and again. @returns the rows that it has left */
async function lane(folder: string, random: Random): Promise<number> {
  await Deno.mkdir(`${folder}/data`, { recursive: true });
  let known = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { startedMs, bridge } = await startAndKill(folder, random);
    using database = new DatabaseSync(`${folder}/data/history.db`);
    const [check] = database.prepare("PRAGMA integrity_check").all();
    assert.equal(check?.integrity_check, "ok", `kill ${kill}`);
    const rows = readRows(database, { afterId: 0, limit: 1e6 });
    assert.deepEqual(rows.map(({ id }) => id), rows.map((_, i) => i + 1));
    assert.ok(rows.length >= known, "no row of an earlier run is gone");
    known = rows.length;
    const newest = rows.filter((row) => row.written_at_ms >= startedMs).at(-1);
    const lostMs = bridge.written_at_ms - (newest?.written_at_ms ?? startedMs);
    assert.ok(lostMs <= MOST_LOST_MS, `kill ${kill}: ${lostMs} ms are lost`);
  }
  const names = Array.from(Deno.readDirSync(`${folder}/data`), ({ name }) => name);
  assert.ok(!names.some((name) => name.includes("damaged")), names.join());
  return known;
}

Deno.test("a sidecar killed 100 times leaves its history whole, less one row at most", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kills-" });
  try {
    const rows = await Promise.all(
      Array.from({ length: LANES }, (_, i) => lane(`${folder}/${i}`, createRandom(i + 1))),
    );
    assert.ok(rows.every((count) => count > 0), `${rows} rows were written`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
