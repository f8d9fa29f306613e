/** Whatever a session holds, its report is well-formed. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { AlertRecordSchema } from "../../shared/alert.ts";
import { ReportSchema } from "../../shared/report.ts";
import { type Session, SESSION_ENDS } from "../../shared/session.ts";
import { SEVERITIES } from "../../shared/severity.ts";
import { makeReport } from "../../sidecar/report/make_report.ts";
import { session, START_MS, utc } from "./evening.ts";

const METRICS = [
  "obs.outputs.a.b.bitrate_kbps",
  "obs.outputs.a.b.recent_drop_percentage",
  "obs.outputs.a.b.congestion",
  "obs.outputs.c.bitrate_kbps",
  "obs.outputs.c.recent_drop_percentage",
  "obs.recent_render_lagged_percentage",
  "obs.recent_encoder_skipped_percentage",
  "obs.active_fps",
  "system.disk_free_gb",
  "system.cpu_usage_percent",
  "system.gpu.temperature_celsius",
  "network.latency_ms",
  "network.upload_speed_mbps",
  "something.else",
];

const moment = fc.integer({ min: START_MS - 3_600_000, max: START_MS + 4 * 3_600_000 });
const figure = fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }));
const count = fc.option(fc.integer({ min: 0, max: 1e9 }));
const wild = fc.oneof(
  fc.double({ min: 0, max: 110, noNaN: true }),
  fc.constantFrom(NaN, Infinity, -Infinity, -5, 0, 1e300),
);

const sessions = fc.record({
  start: moment,
  length: fc.integer({ min: 0, max: 4 * 3_600_000 }),
  isOver: fc.boolean(),
  duration_s: fc.double({ min: 0, max: 1e6, noNaN: true }),
  ended: fc.option(fc.constantFrom(...SESSION_ENDS)),
  output_id: fc.constantFrom("a.b", "c", null),
  kind: fc.constantFrom("evening" as const, "output" as const),
  name: fc.string(),
  total_frames: count,
  dropped_frames: count,
  render_total_frames: count,
  render_lagged_frames: count,
  encoder_total_frames: count,
  encoder_skipped_frames: count,
  avg_bitrate_kbps: figure,
  p5_bitrate_kbps: figure,
  target_bitrate_kbps: figure,
  reconnects: fc.option(fc.integer({ min: 0, max: 1000 })),
  downtime_s: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  peak_gpu_temp: figure,
  worst_minute: fc.option(fc.record({
    at: moment,
    lost_percentage: fc.double({ min: 0, max: 100, noNaN: true }),
    cause: fc.constantFrom("network" as const, "gpu" as const, "encoder" as const),
  })),
}).map(({ start, length, isOver, ...more }): Session =>
  session({ ...more, start_time: start, end_time: isOver ? start + length : null })
);

const series = fc.record({
  metric: fc.constantFrom(...METRICS),
  unit: fc.constant("1"),
  points: fc.array(fc.tuple(moment, wild, wild, wild), { maxLength: 40 }),
});

const alerts = fc.record({
  id: fc.oneof(fc.string(), fc.constantFrom("reconnecting:a.b", "network_drops:c", "obs_lost")),
  uid: fc.string(),
  severity: fc.constantFrom(...SEVERITIES),
  message: fc.string(),
  metric: fc.option(fc.constantFrom(...METRICS)),
  value: figure,
  state: fc.constantFrom("firing" as const, "resolved" as const),
  since: moment,
  fired_at: fc.option(moment),
  resolved_at: fc.option(moment),
});

Deno.test("no session makes a report fail, and findings lie in it, in order, without NaN", () => {
  fc.assert(
    fc.property(
      fc.record({
        session: sessions,
        outputs: fc.array(sessions, { maxLength: 4 }),
        alerts: fc.array(alerts, { maxLength: 8 }),
        series: fc.array(series, { maxLength: 12 }),
        earlier: fc.array(sessions, { maxLength: 11 }),
      }),
      (input) => {
        for (const alert of input.alerts) v.parse(AlertRecordSchema, alert);
        const report = v.parse(ReportSchema, makeReport(input, { formatTime: utc }));
        const { start_time, end_time } = input.session;
        let before = -Infinity;
        for (const { from, to } of report.findings) {
          assert.ok(start_time <= from && from <= to && to <= (end_time ?? Infinity));
          assert.ok(from >= before);
          before = from;
        }
        const text = JSON.stringify(report);
        assert.doesNotMatch(text, /NaN|Infinity|undefined|\[object/);
        assert.ok(report.summary.length > 0 && report.findings.length <= 40);
      },
    ),
    { numRuns: 1500, seed: 7 },
  );
});

Deno.test("the same session gives the same report, whatever order its figures come in", () => {
  fc.assert(
    fc.property(sessions, fc.array(series, { maxLength: 6 }), (own, figures) => {
      const unique = figures.filter((one, index) =>
        figures.findIndex(({ metric }) => metric === one.metric) === index &&
        new Set(one.points.map(([at]) => at)).size === one.points.length
      );
      const input = { session: own, outputs: [], alerts: [], earlier: [] };
      const turned = unique.map((one) => ({ ...one, points: one.points.toReversed() }));
      assert.deepEqual(
        makeReport({ ...input, series: unique }, { formatTime: utc }),
        makeReport({ ...input, series: turned.toReversed() }, { formatTime: utc }),
      );
    }),
    { numRuns: 200, seed: 7 },
  );
});
