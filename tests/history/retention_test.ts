import assert from "node:assert/strict";
import { readRows } from "../../sidecar/history/row_reader.ts";
import { retainedMetrics, retentionSteps } from "../../sidecar/history/retention.ts";
import { historyRig } from "./history_rig.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEPT = { rowsHours: 24, sessionsDays: 90, alertsDays: 30 };
const CPU = "system.cpu_usage_percent";

type Rig = Awaited<ReturnType<typeof historyRig>>;

function clear(rig: Rig): void {
  const now = { nowMs: rig.time.now(), metrics: retainedMetrics(rig.database) };
  for (const step of retentionSteps(KEPT, now)) while (step(rig.database));
}

async function hours(rig: Rig, count: number): Promise<void> {
  for (let i = 0; i < count * 120; i++) {
    // A tick in 30 s is enough where only time is to go by.
    rig.time.sleep(29_500);
    rig.tick();
    if (i % 200 === 0) { while (await rig.pack()); }
  }
  while (await rig.pack());
}

function session(rig: Rig, { uid, startMs, endMs }: Record<string, string | number | null>): void {
  rig.database.prepare(
    "INSERT INTO stream_sessions (uid, name, platform, start_time, end_time, seen_time, data) " +
      "VALUES (?, 'n', '', ?, ?, ?, '{}')",
  ).run(uid ?? "", startMs ?? 0, endMs ?? null, endMs ?? startMs ?? 0);
}

async function known(rig: Rig, fromMs: number): Promise<boolean> {
  const span = { fromMs, toMs: fromMs + HOUR_MS, points: 10 };
  return ((await rig.source.read(CPU, span))?.points.length ?? 0) > 0;
}

Deno.test("rows go after their hours, a session keeps its charts, and both go after its days", async () => {
  await using rig = await historyRig({ everyS: 30 });
  const beginMs = rig.time.now();
  await hours(rig, 12);
  session(rig, { uid: "a", startMs: beginMs + 4 * HOUR_MS, endMs: beginMs + 6 * HOUR_MS });
  clear(rig);
  assert.ok(await known(rig, beginMs));
  rig.time.sleep(DAY_MS);
  await hours(rig, 1);
  clear(rig);
  const rows = readRows(rig.database, { afterId: 0, limit: 1e6 });
  assert.ok((rows[0]?.written_at_ms ?? 0) >= rig.time.now() - DAY_MS - 3 * HOUR_MS);
  assert.deepEqual(
    await Promise.all([0, 2, 5, 9].map((hour) => known(rig, beginMs + hour * HOUR_MS))),
    [false, false, true, false],
  );
  rig.time.sleep(80 * DAY_MS);
  clear(rig);
  assert.ok(await known(rig, beginMs + 5 * HOUR_MS));
  assert.equal(rig.count("stream_sessions"), 1);
  rig.time.sleep(10 * DAY_MS);
  clear(rig);
  assert.ok(!await known(rig, beginMs + 5 * HOUR_MS));
  assert.deepEqual(
    ["stream_sessions", "metric_series", "telemetry_snapshots", "row_shapes", "series_metrics"]
      .map(rig.count),
    [0, 0, 0, 0, 0],
  );
});

Deno.test("an alert goes after its days, one that goes on stays no longer than it is true", async () => {
  await using rig = await historyRig();
  const add = (uid: string, daysAgo: number, resolvedDaysAgo: number | null) => {
    const at = (days: number) => rig.time.now() - days * DAY_MS;
    rig.database.prepare(
      "INSERT INTO alerts (uid, alert_id, timestamp, fired_at, resolved_at, severity, message) " +
        "VALUES (?, 'x', ?, ?, ?, 'warning', 'm')",
    ).run(uid, at(daysAgo), at(daysAgo), resolvedDaysAgo === null ? null : at(resolvedDaysAgo));
  };
  add("old", 40, 39);
  add("long", 40, 10);
  add("new", 10, 9);
  for (let i = 0; i < 50; i++) add(`many ${i}`, 50, 50);
  clear(rig);
  const uids = rig.database.prepare("SELECT uid FROM alerts ORDER BY uid").all();
  assert.deepEqual(uids.map(({ uid }) => uid), ["long", "new"]);
});

Deno.test("the space of what was deleted is given back", async () => {
  await using rig = await historyRig({ everyS: 1 });
  for (let i = 0; i < 4000; i++) rig.tick();
  rig.writer.flush();
  const pages = () => Number(rig.database.prepare("PRAGMA page_count").get()?.page_count);
  const before = pages();
  rig.time.sleep(2 * DAY_MS);
  clear(rig);
  assert.equal(rig.count("telemetry_snapshots"), 0);
  assert.ok(pages() < before / 4, `${before} pages became ${pages()}`);
});
