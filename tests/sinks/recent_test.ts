import assert from "node:assert/strict";
import * as v from "valibot";
import { HistorySchema } from "../../shared/api.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { createRecentHistory } from "../../sidecar/sinks/recent.ts";
import { METRICS } from "../../sidecar/history/metrics.ts";
import { snapshotOf } from "../api/api_fixture.ts";
import {
  disconnectedTelemetry,
  exampleOutput,
  exampleTelemetry,
} from "../api/example_telemetry.ts";
import { FakeTime } from "../fake_time.ts";

const CPU = "system.cpu_usage_percent";
const BITRATE = "obs.outputs.simple_stream.bitrate_kbps";
const QUARTER_MS = 15 * 60_000;

function rig() {
  const time = new FakeTime();
  const history = createRecentHistory({ clock: time });
  const write = (telemetry: Telemetry, ms = 500) => {
    void history.write(snapshotOf(telemetry));
    time.sleep(ms);
  };
  return {
    time,
    history,
    write,
    cpu: (percent: number, ms = 500) =>
      write(
        exampleTelemetry({
          system: { ...exampleTelemetry().system, cpu_usage_percent: percent },
        }),
        ms,
      ),
    read(
      metric: string,
      { fromMs = time.now() - QUARTER_MS, toMs = time.now(), points = 450 } = {},
    ) {
      return history.read(metric, { fromMs, toMs, points }) as
        | v.InferOutput<
          typeof HistorySchema
        >
        | null;
    },
  };
}

Deno.test("gathers two seconds into least, mean and most", () => {
  const { time, cpu, read } = rig();
  const begin = time.now();
  for (const percent of [10, 20, 60, 30, 5]) cpu(percent);
  assert.deepEqual(read(CPU), {
    metric: CPU,
    unit: "%",
    points: [[begin, 10, 30, 60], [begin + 2000, 5, 5, 5]],
  });
});

Deno.test("keeps the last 15 minutes, and a spike however few the points are", () => {
  const { time, cpu, read } = rig();
  for (let i = 0; i < 4000; i++) cpu(i === 3000 ? 99 : 10);
  const all = read(CPU)?.points ?? [];
  assert.equal(all.length, 450);
  assert.equal(all.at(-1)?.[0], time.now() - 2000);
  for (const points of [1, 2, 7, 100, 449, 450, 5000]) {
    const found = read(CPU, { points })?.points ?? [];
    assert.ok(found.length <= points, `${found.length} of ${points}`);
    assert.ok(found.length > Math.min(points, 450) / 2);
    assert.equal(Math.max(...found.map(([, , , max]) => max)), 99);
    assert.equal(Math.min(...found.map(([, min]) => min)), 10);
    assert.deepEqual(found.map(([at]) => at), found.map(([at]) => at).sort((a, b) => a - b));
  }
});

Deno.test("gives the part that is asked for", () => {
  const { time, cpu, read } = rig();
  const begin = time.now();
  for (let i = 0; i < 40; i++) cpu(i);
  const points = read(CPU, { fromMs: begin + 4000, toMs: begin + 8000 })?.points;
  assert.deepEqual(points?.map(([at]) => at - begin), [4000, 6000]);
  assert.deepEqual(read(CPU, { fromMs: begin + 4001, toMs: begin + 6000 })?.points, []);
  assert.deepEqual(read(CPU, { fromMs: 0, toMs: 1 })?.points, []);
  assert.equal(read(CPU, { fromMs: 0, toMs: 8.64e15 })?.points.length, 10);
});

Deno.test("what is not known is a gap and never 0", () => {
  const { write, read } = rig();
  write(exampleTelemetry(), 2000);
  write(disconnectedTelemetry("OBS is away"), 2000);
  write(exampleTelemetry(), 20_000);
  write(exampleTelemetry({ obs: { ...exampleTelemetry().obs, outputs: [] } }), 2000);
  assert.deepEqual(read(BITRATE)?.points.map(([, min]) => min), [5987, 5987]);
  assert.deepEqual(read("obs.active_fps")?.points.length, 3);
  assert.deepEqual(read(CPU)?.points.map(([, min]) => min), [38.4, 6, 38.4, 38.4]);
});

Deno.test("old figures do not come back when the ring has gone round", () => {
  const { time, cpu, read } = rig();
  for (let i = 0; i < 1900; i++) cpu(50);
  time.sleep(10 * 60_000);
  cpu(1);
  assert.ok((read(CPU)?.points.length ?? 0) <= 151);
  time.sleep(3 * QUARTER_MS);
  cpu(2);
  assert.deepEqual(read(CPU)?.points.map(([, , mean]) => mean), [2]);
});

Deno.test("keeps the order when the clock is set back, and nothing lies in the future", () => {
  const { time, cpu, read } = rig();
  for (let i = 0; i < 40; i++) cpu(i);
  time.jump(-3_600_000);
  for (let i = 40; i < 80; i++) cpu(i);
  const points = read(CPU)?.points ?? [];
  assert.equal(points.length, 20);
  assert.deepEqual(points.map(([, min]) => min), Array.from({ length: 20 }, (_, i) => i * 4));
  assert.deepEqual(points.map(([at]) => time.now() - at), points.map((_, i) => 40_000 - 2000 * i));
});

Deno.test("a clock that is set forward, like sleep, is a gap", () => {
  const { time, cpu, read } = rig();
  for (let i = 0; i < 40; i++) cpu(i);
  time.jump(300_000);
  cpu(7);
  const points = read(CPU)?.points ?? [];
  assert.equal(points.length, 11);
  assert.equal((points[10]?.[0] ?? 0) - (points[9]?.[0] ?? 0), 302_000);
  time.jump(3_600_000);
  cpu(8);
  assert.deepEqual(read(CPU)?.points.map(([, min]) => min), [8]);
});

Deno.test("knows outputs by ids of any kind, and only those that were there", () => {
  const { write, read } = rig();
  const ids = ["a.b", " ", "", "obs.outputs.x", "出力 1", "bitrate_kbps", "__proto__"];
  write(exampleTelemetry({
    obs: { ...exampleTelemetry().obs, outputs: ids.map((id) => exampleOutput({ id })) },
  }));
  for (const id of ids) {
    assert.equal(read(`obs.outputs.${id}.bitrate_kbps`)?.points[0]?.[1], 5987, id);
    assert.equal(read(`obs.outputs.${id}.congestion`)?.unit, "1");
  }
  for (
    const metric of [
      BITRATE,
      "obs.outputs.a.bitrate_kbps",
      "obs.outputs.bitrate_kbps",
      "obs.outputs.a.b.uptime_s",
      "obs.outputs.a.b",
      "obs.scene",
      "nonsense",
      "__proto__",
      "",
    ]
  ) {
    assert.equal(read(metric), null, metric);
  }
});

Deno.test("keeps 16 outputs; a new one takes the place of one that has long been silent", () => {
  const { time, write, read } = rig();
  const named = (from: number, count: number) =>
    exampleTelemetry({
      obs: {
        ...exampleTelemetry().obs,
        outputs: Array.from({ length: count }, (_, i) => exampleOutput({ id: `${from + i}` })),
      },
    });
  const kept = (id: number) => read(`obs.outputs.${id}.bitrate_kbps`) !== null;
  write(named(0, 17));
  assert.deepEqual([kept(0), kept(15), kept(16)], [true, true, false]);
  time.sleep(QUARTER_MS + 4000);
  write(named(16, 1));
  assert.deepEqual([kept(0), kept(15), kept(16)], [false, true, true]);
});

Deno.test("every figure has its unit and agrees with the snapshot", () => {
  const { write, read } = rig();
  write(exampleTelemetry());
  const snapshot: unknown = exampleTelemetry();
  for (const metric of METRICS.keys()) {
    const history = v.parse(HistorySchema, read(metric));
    const value = metric.split(".").reduce<unknown>(
      (at, key) => (at as Record<string, unknown>)[key],
      snapshot,
    );
    assert.equal(history.points[0]?.[2], value, metric);
  }
});
