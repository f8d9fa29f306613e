import assert from "node:assert/strict";
import { chartFigure, chartSpecs, chartSummary, momentSummary } from "../../dock/models/charts.ts";
import { movedCursor } from "../../dock/models/moved_cursor.ts";
import { HistoryRing } from "../../dock/models/history_ring.ts";
import { defaultConfig } from "../../shared/config.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import {
  disconnectedTelemetry,
  exampleOutput,
  exampleTelemetry,
} from "../api/example_telemetry.ts";

type SpecOptions = Parameters<typeof chartSpecs>[1];

const LIMITS = defaultConfig().alerts;

const TWITCH = new Map([["simple_stream", { name: "Twitch", targetKbps: 6000 }]]);

function spec(id: string, telemetry: Telemetry, options: Partial<SpecOptions> = {}) {
  const found = chartSpecs(telemetry, { limits: LIMITS, outputs: TWITCH, ...options })
    .find((each) => each.id === id);
  assert.ok(found);
  return found;
}

function known(count: number): SpecOptions["outputs"] {
  return new Map(
    Array.from({ length: count }, (_, i) => [`${i}`, { name: `${i}`, targetKbps: null }]),
  );
}

Deno.test("draws a line for each output that is known, with its target, and six at most", () => {
  assert.deepEqual(spec("bitrate", disconnectedTelemetry("away")).lines, [
    { metric: "obs.outputs.simple_stream.bitrate_kbps", label: "Twitch", target: 6 },
  ]);
  const { lines } = spec("bitrate", exampleTelemetry(), { outputs: known(50) });
  assert.deepEqual(lines.map(({ label, target }) => [label, target]), [
    ["0", null],
    ["1", null],
    ["2", null],
    ["3", null],
    ["4", null],
    ["5", null],
  ]);
});

Deno.test("draws the user's limits in the charts' units", () => {
  const telemetry = exampleTelemetry();
  const values = (id: string) => spec(id, telemetry).limits.map(({ value }) => value);
  assert.deepEqual(values("lost"), [1, 5]);
  assert.deepEqual(values("fps"), [57, 48]);
  assert.deepEqual(values("frame-time").map((value) => value.toFixed(2)), ["12.50", "16.67"]);
  assert.deepEqual(values("load"), [90]);
});

Deno.test("draws no limit that is not known", () => {
  for (const id of ["lost", "fps", "frame-time", "load"]) {
    assert.deepEqual(spec(id, exampleTelemetry(), { limits: null }).limits, []);
  }
  const away = disconnectedTelemetry("away");
  assert.deepEqual(spec("fps", away).limits, []);
  assert.deepEqual(spec("frame-time", away).limits, []);
});

Deno.test("leaves the graphics card's lines out where there is none", () => {
  const { system } = exampleTelemetry();
  const without = exampleTelemetry({ system: { ...system, gpu: null, gpus: [] } });
  assert.deepEqual(spec("load", without).lines.map(({ label }) => label), ["CPU"]);
});

Deno.test("stays the same from snapshot to snapshot, so that nothing is built anew", () => {
  const { obs } = exampleTelemetry();
  const next = exampleTelemetry({
    sequence: 101,
    obs: { ...obs, active_fps: 31, outputs: [exampleOutput({ bitrate_kbps: 1 })] },
  });
  const options = { limits: LIMITS, outputs: TWITCH };
  assert.deepEqual(chartSpecs(next, options), chartSpecs(exampleTelemetry(), options));
});

Deno.test("tells a chart in words, and what is not known as such", () => {
  const ring = new HistoryRing();
  for (const [ms, kbps] of [[0, 2000], [2000, 6000]] as const) {
    ring.advance(1_790_000_000_000 + ms, { patienceMs: 1500 });
    ring.add("obs.outputs.simple_stream.bitrate_kbps", kbps);
  }
  assert.equal(
    chartSummary(spec("bitrate", exampleTelemetry()), ring),
    "Bitrate in Mb/s, last 15 minutes. Twitch: now 6.0, least 2.0, mean 4.0, most 6.0.",
  );
  assert.match(chartSummary(spec("latency", exampleTelemetry()), ring), /: not known\.$/);
  assert.match(
    chartSummary(spec("bitrate", exampleTelemetry(), { outputs: known(0) }), ring),
    /No output yet\.$/,
  );
});

Deno.test("a trace of something is no zero in a legend", () => {
  assert.deepEqual([null, 0, 0.01, 0.05, 3.21, 124.4].map(chartFigure), [
    "–",
    "0.0",
    "<0.1",
    "0.1",
    "3.2",
    "124",
  ]);
});

Deno.test("a limit of 0 % of lost frames leaves its chart a height", () => {
  const limits = { ...LIMITS, lost_frames_warning: 0, lost_frames_error: 0 };
  const specs = chartSpecs(exampleTelemetry(), { limits, outputs: TWITCH });
  assert.ok(specs.every(({ top }) => top > 0));
});

Deno.test("keys move the crosshair within the time that is shown, and take it away", () => {
  const span = { from: 0, to: 900_000 };
  const moved = (key: string, atMs: number | null) => movedCursor(key, { atMs, span });
  assert.equal(moved("ArrowLeft", null), 890_000);
  assert.equal(moved("ArrowRight", null), 900_000);
  assert.equal(moved("ArrowUp", 100_000), 110_000);
  assert.equal(moved("PageDown", 100_000), 0);
  assert.equal(moved("PageUp", 100_000), 200_000);
  assert.deepEqual([moved("Home", 5), moved("End", 5)], [0, 900_000]);
  assert.equal(moved("Escape", 5), null);
  assert.equal(moved("Escape", null), undefined, "it is left to others");
  assert.equal(moved("a", 5), undefined);
});

Deno.test("a chart says its figures at the crosshair", () => {
  const atMs = new Date(2026, 10, 22, 21, 14, 5).getTime();
  const source = { at: (metric: string) => metric.includes("simple_stream") ? 5900 : null };
  const rates = spec("bitrate", exampleTelemetry());
  assert.equal(momentSummary(rates, { source, atMs }), "21:14:05: Twitch 5.9");
  const latency = spec("latency", exampleTelemetry());
  assert.match(momentSummary(latency, { source, atMs }), /: To the platform not known$/);
  assert.equal(momentSummary(rates, { source, atMs: null }), "no moment");
});
