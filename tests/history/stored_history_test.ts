import assert from "node:assert/strict";
import fc from "fast-check";
import type { HistoryPoint } from "../../shared/api.ts";
import { downSample } from "../../sidecar/history/down_sample.ts";
import { createStoredHistory } from "../../sidecar/history/stored_history.ts";
import { createRecentHistory } from "../../sidecar/sinks/recent.ts";
import { snapshotOf } from "../api/api_fixture.ts";
import { historyRig } from "./history_rig.ts";

const CPU = "system.cpu_usage_percent";
const BITRATE = "obs.outputs.adv_stream.bitrate_kbps";
const HOUR_MS = 3_600_000;

const points = fc.uniqueArray(
  fc.tuple(
    fc.integer({ min: 0, max: 1e7 }),
    fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 3 }),
  ),
  { minLength: 1, maxLength: 200, selector: ([at]) => at },
).map((found) =>
  found.map(([at, values]): HistoryPoint => {
    const [min = 0, mean = 0, max = 0] = values.toSorted((a, b) => a - b);
    return [at, min, mean, max];
  }).sort(([a], [b]) => a - b)
);

Deno.test("down-sampling keeps every least and every most, in order, and no more than wanted", () => {
  fc.assert(fc.property(points, fc.integer({ min: 1, max: 1e9 }), (fine, most) => {
    const found = downSample(fine, { fromMs: 0, toMs: 8.64e15, points: most });
    assert.ok(found.length <= most && found.length > 0);
    found.forEach(([at, min, mean, max], i) => {
      const until = found[i + 1]?.[0] ?? Infinity;
      const group = fine.filter(([time]) => time >= at && time < until);
      assert.equal(min, Math.min(...group.map(([, least]) => least)));
      assert.equal(max, Math.max(...group.map(([, , , greatest]) => greatest)));
      assert.ok(mean >= min - 0.001 && mean <= max + 0.001);
    });
    const all = (list: readonly HistoryPoint[]) => [
      Math.min(...list.map(([, min]) => min)),
      Math.max(...list.map(([, , , max]) => max)),
    ];
    assert.deepEqual(all(found), all(fine));
  }));
});

Deno.test("an empty history knows its figures and has no points", async () => {
  await using rig = await historyRig();
  const whole = { fromMs: 0, toMs: 8.64e15, points: 1e9 };
  assert.deepEqual(await rig.source.read(CPU, whole), { metric: CPU, unit: "%", points: [] });
  for (const metric of [BITRATE, "obs.scene", "nonsense", "", "__proto__", "obs.outputs.a.name"]) {
    assert.equal(await rig.source.read(metric, whole), null, metric);
  }
});

Deno.test("tells of an output that is there no more, and of nothing for spans without time", async () => {
  await using rig = await historyRig({ everyS: 5 });
  const beginMs = rig.time.now();
  for (let i = 0; i < 3000; i++) rig.tick();
  while (await rig.pack());
  for (let i = 0; i < 3000; i++) {
    rig.tick((figures) => ({ ...figures, obs: { ...figures.obs, outputs: [] } }));
  }
  while (await rig.pack());
  const endMs = rig.time.now();
  const whole = await rig.source.read(BITRATE, { fromMs: 0, toMs: 8.64e15, points: 1e9 });
  const times = whole?.points.map(([at]) => at) ?? [];
  assert.ok(times.length > 100);
  assert.ok((times.at(-1) ?? 0) <= beginMs + 1_500_000);
  const later = { fromMs: beginMs + 1_520_000, toMs: endMs, points: 600 };
  assert.deepEqual((await rig.source.read(BITRATE, later))?.points, []);
  assert.ok((await rig.source.read(CPU, later))?.points.length);
  for (const [fromMs, toMs] of [[endMs, beginMs], [beginMs, beginMs], [0, 1], [9e15, 9.1e15]]) {
    const span = { fromMs: fromMs ?? 0, toMs: toMs ?? 0, points: 10 };
    assert.deepEqual((await rig.source.read(CPU, span))?.points, []);
  }
});

Deno.test("a spike of one tick is seen in a day's picture", async () => {
  await using rig = await historyRig({ everyS: 60 });
  const beginMs = rig.time.now();
  for (let i = 0; i < 8 * 7200; i++) {
    rig.tick((figures) => {
      const cpu_usage_percent = i === 30_001 ? 99.9 : 10;
      return { ...figures, system: { ...figures.system, cpu_usage_percent } };
    });
    if (i % 20_000 === 0) { while (await rig.pack()); }
  }
  while (await rig.pack());
  const span = { fromMs: beginMs, toMs: beginMs + 24 * HOUR_MS };
  for (const wanted of [1, 2, 7, 100, 5000]) {
    const found = await rig.source.read(CPU, { ...span, points: wanted });
    const spikes = found?.points.filter(([, , , max]) => max === 99.9) ?? [];
    assert.equal(spikes.length, 1, `of ${wanted} points`);
    assert.ok((found?.points.length ?? 0) <= wanted);
    const [at = 0] = spikes[0] ?? [];
    const width = 8 * HOUR_MS / wanted + 60_000;
    assert.ok(Math.abs(at - beginMs - 30_001 * 500) <= width);
  }
});

Deno.test("a span's first seconds are there when only the series is left", async () => {
  await using rig = await historyRig({ everyS: 5 });
  rig.time.sleep(3000);
  for (let i = 0; i < 7200; i++) rig.tick();
  while (await rig.pack());
  const [row] = rig.database.prepare("SELECT min(first_ms) AS first FROM telemetry_snapshots")
    .all();
  rig.database.exec("DELETE FROM telemetry_snapshots");
  const fromMs = Math.floor(Number(row?.["first"]) / 10_000) * 10_000 + 600_000 + 4000;
  for (const points of [5000, 6]) {
    const span = { fromMs, toMs: fromMs + 60_000, points };
    const found = await rig.source.read(CPU, span);
    const times = found?.points.map(([at]) => at) ?? [];
    assert.equal(times[0], fromMs);
    if (points === 5000) {
      assert.deepEqual(times.slice(1), [1, 2, 3, 4, 5, 6].map((n) => fromMs - 4000 + n * 10_000));
    }
    assert.ok(times.length <= points);
  }
});

Deno.test("after a new start the last minutes come from memory and those before from the file", async () => {
  await using rig = await historyRig({ everyS: 5 });
  const beginMs = rig.time.now();
  for (let i = 0; i < 1200; i++) rig.tick();
  rig.writer.flush();
  const startedMs = rig.time.now();
  const recent = createRecentHistory({ clock: rig.time });
  for (let i = 0; i < 600; i++) void recent.write(snapshotOf(rig.tick()));
  const { database } = rig;
  const source = createStoredHistory({ database, recent, monotonic: () => performance.now() });
  const found = await source.read(BITRATE, {
    fromMs: beginMs,
    toMs: rig.time.now(),
    points: 5000,
  });
  const times = found?.points.map(([at]) => at) ?? [];
  assert.deepEqual(times, times.toSorted((a, b) => a - b));
  const before = times.filter((at) => at < startedMs);
  assert.equal(before.length, 119);
  assert.ok(times.length - before.length >= 149 && times.length - before.length <= 151);
  const since = await source.read(BITRATE, { fromMs: startedMs, toMs: rig.time.now(), points: 10 });
  assert.ok((since?.points.length ?? 0) <= 10);
});
