import type { Telemetry } from "../../shared/telemetry.ts";
import { createRandom } from "../../sidecar/demo/random.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { KeptDatabase } from "../../sidecar/history/kept_database.ts";
import { preparePacking } from "../../sidecar/history/pack_rows.ts";
import { createStoredHistory } from "../../sidecar/history/stored_history.ts";
import { createHistoryRows } from "../../sidecar/sinks/history_rows.ts";
import { snapshotOf } from "../api/api_fixture.ts";
import { eveningFigures } from "../bench/evening_figures.ts";
import { FakeTime } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";

/** A history in a folder of its own, fed by hand. Disposing of it deletes it. */
export async function historyRig({ everyS = 5, seed = 1 } = {}) {
  const folder = await Deno.makeTempDir({ prefix: "history-" });
  const path = `${folder}/history.db`;
  const time = new FakeTime();
  const { log, lines } = keptLog();
  const database = new KeptDatabase({ path, now: time.now, log });
  const writer = createHistoryWriter({ database, everyMs: () => 0, log });
  const settings = { everyS };
  const rows = createHistoryRows({
    writer,
    everyS: () => settings.everyS,
    isWanted: () => database.isKept,
    clock: time,
  });
  const figures = eveningFigures(createRandom(seed), { beginMs: 0, tickMs: 500 });
  let isClosed = false;
  return {
    folder,
    path,
    time,
    lines,
    database,
    writer,
    rows,
    settings,
    source: createStoredHistory({ database, recent: null, monotonic: () => performance.now() }),
    /** A tick of the sidecar: half a second, and its snapshot, changed as told. */
    tick(change: (telemetry: Telemetry) => Telemetry = (telemetry) => telemetry): Telemetry {
      time.sleep(500);
      const telemetry = change({ ...figures(), written_at_ms: time.now() });
      void rows.write(snapshotOf(telemetry));
      return telemetry;
    },
    /** Packs what has come. @returns whether there was enough of it */
    async pack(): Promise<boolean> {
      writer.flush();
      const packing = await preparePacking(database);
      if (packing === null) return false;
      writer.enqueue(packing);
      writer.flush();
      return true;
    },
    count: (table: string) =>
      Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count),
    async close() {
      await writer.close();
      if (!isClosed) database.close();
      isClosed = true;
    },
    async [Symbol.asyncDispose]() {
      await writer.close();
      if (!isClosed) database.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
