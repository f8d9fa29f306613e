import assert from "node:assert/strict";
import fc from "fast-check";
import type { HistoryRow } from "../../sidecar/history/row.ts";
import { pointsOf } from "../../sidecar/otlp/metric_points.ts";
import { type ExportPosition, pickMoments, sourceOf } from "../../sidecar/otlp/moments.ts";
import { OTLP_METRICS } from "../../sidecar/otlp/otlp_metrics.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";

const BEGIN: ExportPosition = { rowId: 0, pickedMs: null, counters: {} };
const STREAMER = { name: "Anna", id: "id-1", hostName: "pc", os: "linux" } as const;

function row(id: number, atMs: number, frames = id): HistoryRow {
  const telemetry = exampleTelemetry();
  const obs = {
    ...telemetry.obs,
    outputs: [exampleOutput({ total_frames: frames, dropped_frames: Math.floor(frames / 2) })],
  };
  return { ...telemetry, obs, id, written_at_ms: atMs, ranges: new Map() };
}

function framesOf(rows: readonly HistoryRow[], from = BEGIN) {
  const { moments } = pickMoments(from, { rows, everyMs: 10_000 });
  return moments.map((moment) => {
    const points = pointsOf(moment, { source: sourceOf(moment.row), streamer: STREAMER });
    const found = points.find(({ metric }) => metric.name === "obs.output.frames");
    assert.ok(found !== undefined);
    const [startS] = found.point.startTime;
    return { startMs: startS * 1000 + found.point.startTime[1] / 1e6, value: found.point.value };
  });
}

Deno.test("chooses the same rows from wherever it goes on", () => {
  const times = fc.array(fc.integer({ min: 4000, max: 6500 }), { minLength: 3, maxLength: 60 });
  fc.assert(fc.property(times, fc.nat(), (steps, cut) => {
    let atMs = 1_790_000_000_000;
    const rows = steps.map((step, i) => row(i + 1, atMs += step));
    const whole = pickMoments(BEGIN, { rows, everyMs: 10_000 }).moments;
    const stop = whole[cut % whole.length];
    assert.ok(stop !== undefined);
    const rest = rows.filter(({ id }) => id > stop.position.rowId);
    const again = pickMoments(stop.position, { rows: rest, everyMs: 10_000 }).moments;
    assert.deepEqual(again, whole.slice(whole.indexOf(stop) + 1));
  }));
});

Deno.test("a counter that has the same beginning never goes backwards", () => {
  const counts = fc.array(fc.nat({ max: 50 }), { minLength: 2, maxLength: 60 });
  fc.assert(fc.property(counts, (frames) => {
    const found = framesOf(frames.map((n, i) => row(i + 1, 1_790_000_000_000 + i * 5000, n)));
    found.reduce((before, now) => {
      assert.ok(now.startMs >= before.startMs);
      if (now.startMs === before.startMs) assert.ok(now.value >= before.value);
      return now;
    });
  }));
});

Deno.test("a counter that begins anew between two moments has a new beginning", () => {
  const rows = [10, 20, 5, 30].map((frames, i) => row(i + 1, 1_000_000 + i * 5000, frames));
  assert.deepEqual(framesOf(rows), [
    { startMs: 1_000_000, value: 10 },
    { startMs: 1_010_000, value: 5 },
  ]);
});

Deno.test("chooses as many rows as the interval says, also where it is no multiple of the rows'", () => {
  const steps = (i: number) => [5000, 4990, 5012, 5003][i % 4] ?? 5000;
  for (const everyMs of [6000, 10_000, 12_000, 20_000, 30_000, 60_000, 3_600_000]) {
    let atMs = 1_790_000_000_000;
    const rows = Array.from({ length: 1440 }, (_, i) => row(i + 1, atMs += steps(i)));
    const { moments } = pickMoments(BEGIN, { rows, everyMs });
    const due = (1440 * 5000) / everyMs;
    assert.ok(Math.abs(moments.length - due) <= 2, `${everyMs}: ${moments.length} of ${due}`);
  }
});

Deno.test("a clock that is set back does not stop the export", () => {
  const rows = [row(1, 5_000_000), row(2, 1_000_000), row(3, 1_005_000), row(4, 1_010_000)];
  const { moments } = pickMoments(BEGIN, { rows, everyMs: 10_000 });
  assert.deepEqual(moments.map(({ row: { id } }) => id), [1, 2, 4]);
});

Deno.test("every figure of a row that tells of health is in a point, in its unit", () => {
  const [moment] = pickMoments(BEGIN, { rows: [row(1, 1_000_000, 290_400)], everyMs: 1 }).moments;
  assert.ok(moment !== undefined);
  const source = {
    ...sourceOf(moment.row),
    firing: { info: 0, warning: 2, error: 0, critical: 0 },
    sessionStartMs: 1_790_000_000_000,
  };
  const points = pointsOf(moment, { source, streamer: STREAMER });
  const value = (name: string, attributes: Record<string, string> = {}) =>
    points.find(({ metric, point }) =>
      metric.name === name &&
      Object.entries(attributes).every(([key, text]) => point.attributes[key] === text)
    )?.point.value;
  assert.equal(value("obs.connected"), 1);
  assert.equal(value("obs.output.bitrate", { platform: "twitch" }), 5_987_000);
  assert.equal(value("obs.output.encoding_latency"), 0.0041);
  assert.equal(value("obs.output.frames", { output: "simple_stream" }), 290_400);
  assert.equal(value("hw.gpu.utilization", { "hw.gpu.task": "encoder" }), 0.22);
  assert.equal(value("hw.gpu.memory.limit", { "hw.id": "gpu-0" }), 12_282 * 1024 ** 2);
  assert.equal(value("hw.power"), 148);
  assert.equal(value("system.cpu.utilization"), 0.384);
  assert.equal(value("obs.alerts.firing", { severity: "warning" }), 2);
  assert.equal(value("obs.session.active", { session: "2026-09-21T14:13:20Z" }), 1);
  const empty = OTLP_METRICS.filter(({ read }) => read(source).length === 0);
  assert.deepEqual(empty.map(({ name }) => name).filter((name) => !UNKNOWN.has(name)), []);
});

/** Figures that the example does not know. */
const UNKNOWN = new Set(["obs.record.time_left", "obs.upload.capacity"]);

Deno.test("no two metrics have one name, and none has two points for the same attributes", () => {
  const names = OTLP_METRICS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const metric of OTLP_METRICS) {
    const keys = metric.read(sourceOf(row(1, 1))).map(({ attributes }) =>
      JSON.stringify(attributes)
    );
    assert.equal(new Set(keys).size, keys.length, metric.name);
  }
});
