import { createRandom } from "../../sidecar/demo/random.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { KeptDatabase } from "../../sidecar/history/kept_database.ts";
import { preparePacking } from "../../sidecar/history/pack_rows.ts";
import { retainedMetrics, retentionSteps } from "../../sidecar/history/retention.ts";
import { createStoredHistory } from "../../sidecar/history/stored_history.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { createHistoryRows } from "../../sidecar/sinks/history_rows.ts";
import { eveningFigures } from "./evening_figures.ts";

/** A history that is written as fast as it goes, by a clock of its own. */
export function openBenchHistory(
  path: string,
  { beginMs, everyS, tickMs = 500 }: { beginMs: number; everyS: number; tickMs?: number },
) {
  let nowMs = beginMs;
  const clock = { now: () => nowMs, monotonic: () => nowMs };
  const database = new KeptDatabase({ path, now: clock.now, log: silentLog });
  const writer = createHistoryWriter({ database, everyMs: () => 3_600_000, log: silentLog });
  let hasRow = false;
  const queue = {
    enqueue: (...change: Parameters<typeof writer.enqueue>) => {
      hasRow = true;
      writer.enqueue(...change);
    },
    flush: () => writer.flush(),
  };
  const rows = createHistoryRows({
    writer: queue,
    everyS: () => everyS,
    isWanted: () => true,
    clock,
  });
  const next = eveningFigures(createRandom(1), { beginMs: 0, tickMs });
  const inserts: number[] = [];
  const packs: number[] = [];
  return {
    database,
    /** Milliseconds that each row took, from the snapshot to the end of its transaction. */
    inserts,
    /** Milliseconds that each packing took in all. */
    packs,
    source: createStoredHistory({ database, recent: null, monotonic: () => performance.now() }),
    get nowMs() {
      return nowMs;
    },
    tick(): void {
      nowMs += tickMs;
      const telemetry = { ...next(), written_at_ms: nowMs };
      const snapshot = { telemetry, json: new Uint8Array() };
      const before = performance.now();
      void rows.write(snapshot);
      if (!hasRow) return;
      hasRow = false;
      writer.flush();
      inserts.push(performance.now() - before);
    },
    async pack(): Promise<void> {
      const before = performance.now();
      const packing = await preparePacking(database);
      if (packing === null) return;
      writer.enqueue(packing);
      writer.flush();
      packs.push(performance.now() - before);
    },
    async close(): Promise<void> {
      await writer.close();
      database.close();
    },
    /** Nothing happens for a while. */
    rest(ms: number): void {
      nowMs += ms;
    },
    clear(kept: { rowsHours: number; sessionsDays: number; alertsDays: number }): void {
      const now = { nowMs, metrics: retainedMetrics(database) };
      for (const step of retentionSteps(kept, now)) {
        for (let more = true; more;) {
          writer.enqueue((database) => more = step(database));
          writer.flush();
        }
      }
    },
    /** The file's bytes once everything is in it. */
    bytes(): number {
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      return Deno.statSync(path).size;
    },
  };
}
