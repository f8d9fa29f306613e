import assert from "node:assert/strict";
import { DISCONNECTED_OBS, type Telemetry } from "../../shared/telemetry.ts";
import { METRICS, OUTPUT_METRICS } from "../../sidecar/history/metrics.ts";
import { decimalsOf } from "../../sidecar/history/resolution.ts";
import { decodeBlock, encodeBlock } from "../../sidecar/history/row_block.ts";
import { keepRow } from "../../sidecar/history/row.ts";
import { readRows } from "../../sidecar/history/row_reader.ts";
import { shapeOf } from "../../sidecar/history/row_shape.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { historyRig } from "./history_rig.ts";

/** What a row keeps of a snapshot. */
function kept({ system, obs, network, health, written_at_ms }: Telemetry): unknown {
  const figures = { system, obs, network, health: { overall: health.overall }, written_at_ms };
  const rounded = (field: string, value: unknown) => {
    if (typeof value !== "number") return value;
    const scale = 10 ** decimalsOf(field);
    return Math.round(value * scale) / scale;
  };
  return JSON.parse(JSON.stringify(figures, rounded));
}

/** An evening with every turn: OBS away, another scene, an output more, no card, a clock set back. */
function turn(telemetry: Telemetry, i: number): Telemetry {
  const { obs, system } = telemetry;
  if (i % 700 > 650) return { ...telemetry, obs: DISCONNECTED_OBS };
  if (i % 700 > 600) return { ...telemetry, system: { ...system, gpu: null, gpus: null } };
  if (i % 700 > 500) {
    return { ...telemetry, obs: { ...obs, outputs: (obs.outputs ?? []).slice(1) } };
  }
  if (i % 700 > 400) return { ...telemetry, obs: { ...obs, scene: `Szene ${i} „ü“ \u0000` } };
  if (i % 700 > 350) {
    const gpus = system.gpus?.map((card) => ({ ...card, throttle_reasons: ["power", "heat"] }));
    return { ...telemetry, system: { ...system, gpu: gpus?.[0] ?? null, gpus: gpus ?? null } };
  }
  return telemetry;
}

Deno.test("a row is the snapshot's figures, and how far they went", async () => {
  await using rig = await historyRig({ everyS: 1 });
  const first = rig.tick();
  const second = rig.tick();
  rig.writer.flush();
  const [row] = readRows(rig.database, { afterId: 0, limit: 10 });
  assert.ok(row);
  const { ranges, id, ...figures } = row;
  assert.equal(id, 1);
  assert.deepEqual(figures, kept(second));
  const cpu = [first, second].map(({ system }) => system.cpu_usage_percent ?? NaN);
  const range = ranges.get("system.cpu_usage_percent");
  assert.equal(range?.min, Math.round(Math.min(...cpu) * 10) / 10);
  assert.equal(range?.max, Math.round(Math.max(...cpu) * 10) / 10);
  assert.ok(ranges.get("obs.outputs.adv_stream.bitrate_kbps"));
});

Deno.test("packed rows are the same rows, under the same numbers", async () => {
  await using rig = await historyRig({ everyS: 1 });
  const written: Telemetry[] = [];
  for (let i = 0; i < 4000; i++) {
    if (i === 2500) rig.time.jump(-3_600_000);
    const telemetry = rig.tick((figures) => turn(figures, i));
    if (i % 2 === 1) written.push(telemetry);
  }
  rig.writer.flush();
  const before = readRows(rig.database, { afterId: 0, limit: 1e6 });
  assert.equal(before.length, 2000);
  assert.deepEqual(before.map(({ ranges: _, id: __, ...row }) => row), written.map(kept));
  assert.deepEqual(before.map(({ id }) => id), before.map((_, i) => i + 1));
  while (await rig.pack());
  assert.ok(rig.count("telemetry_snapshots") < 600, "they are packed");
  assert.deepEqual(readRows(rig.database, { afterId: 0, limit: 1e6 }), before);
  for (
    const [afterId, limit] of [[0, 1], [100, 250], [241, 700], [1999, 10], [2000, 10]] as const
  ) {
    assert.deepEqual(
      readRows(rig.database, { afterId, limit }),
      before.slice(afterId, afterId + limit),
    );
  }
  const more = rig.tick();
  rig.tick();
  rig.writer.flush();
  const [next] = readRows(rig.database, { afterId: 2000, limit: 10 });
  assert.equal(next?.id, 2001, `of ${more.sequence}`);
});

Deno.test("what a chart shows is the same before and after the packing", async () => {
  await using rig = await historyRig({ everyS: 5 });
  const beginMs = rig.time.now();
  for (let i = 0; i < 7200; i++) rig.tick((figures) => turn(figures, i));
  rig.writer.flush();
  const span = { fromMs: beginMs, toMs: rig.time.now() + 1 };
  const metrics = [
    ...METRICS.keys(),
    ...Array.from(OUTPUT_METRICS.keys(), (figure) => `obs.outputs.adv_stream.${figure}`),
  ];
  const read = async () => {
    const all = metrics.map((metric) => rig.source.read(metric, { ...span, points: 60 }));
    return (await Promise.all(all)).filter((history) => (history?.points.length ?? 0) > 0);
  };
  const fine = (points: number) =>
    rig.source.read("obs.outputs.adv_stream.bitrate_kbps", { ...span, points });
  const before = await read();
  assert.ok(before.length > 20);
  const fineBefore = await fine(5000);
  while (await rig.pack());
  assert.deepEqual(await fine(5000), fineBefore);
  const extremes = (histories: typeof before) =>
    histories.map((history) => [
      history?.metric,
      Math.min(...history?.points.map(([, min]) => min) ?? []),
      Math.max(...history?.points.map(([, , , max]) => max) ?? []),
    ]).sort();
  assert.deepEqual(extremes(await read()), extremes(before));
});

Deno.test("a block with a flipped bit is found out", async () => {
  const figures = exampleTelemetry();
  const shape = shapeOf(figures, ["obs.active_fps"]);
  const ranges = new Map([["obs.active_fps", { min: 58.5, mean: 59.8, max: 60 }]]);
  const rows = [1, 2, 3].map((i) => keepRow(shape, { figures, atMs: 1000 * i, ranges }));
  const bytes = await encodeBlock(shape, rows);
  assert.deepEqual(decodeBlock(shape, { bytes, rows: 3 }), rows);
  for (let i = 0; i < bytes.length; i++) {
    const flipped = bytes.slice();
    flipped[i] = (flipped[i] ?? 0) ^ (1 << (i % 8));
    assert.throws(() => decodeBlock(shape, { bytes: flipped, rows: 3 }), RangeError, `byte ${i}`);
  }
  for (let i = 0; i < bytes.length; i++) {
    assert.throws(() => decodeBlock(shape, { bytes: bytes.slice(0, i), rows: 3 }), RangeError);
  }
});
