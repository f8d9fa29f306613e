import assert from "node:assert/strict";
import { OTLP_METRICS } from "../../sidecar/otlp/otlp_metrics.ts";
import { prometheusName } from "../../sidecar/otlp/prometheus_name.ts";
import { openDatabase } from "../../sidecar/history/database.ts";
import { createScrapeFormat } from "../../sidecar/otlp/scrape_format.ts";
import { disconnectedTelemetry, exampleTelemetry } from "../api/example_telemetry.ts";
import { parseExposition } from "./prometheus_parser.ts";

const SESSION_MS = Date.UTC(2026, 8, 21, 13, 15);
const database = openDatabase(":memory:");
database.prepare(
  "INSERT INTO stream_sessions (uid, name, platform, start_time, seen_time, data) " +
    "VALUES ('a', '', '', ?, ?, '{}')",
).run(SESSION_MS, exampleTelemetry().written_at_ms);
const format = createScrapeFormat({
  streamer: () => ({ name: 'Mia "M" \\ Ö', id: "5f0c" }),
  database,
});
const ALERT = { id: "a", message: "", metric: null, value: null, since: null };

Deno.test("a snapshot's figures are all there, in base units, with whose they are", () => {
  const telemetry = exampleTelemetry();
  telemetry.health.alerts = [{ ...ALERT, severity: "error" }, { ...ALERT, severity: "error" }];
  const { samples, types } = parseExposition(format.text(telemetry));
  const find = (name: string, labels: Record<string, string> = {}) => {
    const found = samples.filter((sample) =>
      sample.name === name &&
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value)
    );
    assert.equal(found.length, 1, name);
    return found[0]?.value;
  };
  assert.deepEqual(
    [...types.keys()].sort(),
    OTLP_METRICS.map(prometheusName).filter((name) => !/upload_capacity/.test(name)).sort(),
  );
  for (const { labels } of samples) {
    assert.equal(labels["streamer"], 'Mia "M" \\ Ö');
    assert.equal(labels["streamer_id"], "5f0c");
  }
  const stream = { output: "simple_stream", output_name: "Twitch", platform: "twitch" };
  assert.equal(find("obs_output_bitrate_bit_per_second", stream), 5_987_000);
  assert.equal(find("obs_output_frames_dropped_total", stream), 12);
  assert.equal(types.get("obs_output_frames_dropped_total"), "counter");
  assert.equal(find("obs_frame_render_time_seconds"), 0.0032);
  assert.equal(find("hw_gpu_utilization_ratio", { hw_gpu_task: "encoder" }), 0.22);
  assert.equal(find("obs_alerts_firing", { severity: "error" }), 2);
  assert.equal(find("obs_alerts_firing", { severity: "critical" }), 0);
  assert.equal(find("obs_session_active", { session: "2026-09-21T13:15:00Z" }), 1);
  assert.equal(find("obs_health_status"), 0);
});

Deno.test("what is not known is not there", () => {
  const { samples } = parseExposition(format.text(disconnectedTelemetry("OBS is away.")));
  const names = samples.map(({ name }) => name);
  assert.ok(names.includes("obs_connected"));
  for (const name of ["obs_fps_per_second", "obs_health_status", "obs_output_active"]) {
    assert.ok(!names.includes(name), name);
  }
});

Deno.test("a history that cannot be read costs the session alone", () => {
  const closed = openDatabase(":memory:");
  closed.close();
  const without = createScrapeFormat({
    streamer: () => ({ name: "Mia", id: "5f0c" }),
    database: closed,
  });
  const { types } = parseExposition(without.text(exampleTelemetry()));
  assert.ok(!types.has("obs_session_active"));
  assert.ok(types.has("obs_alerts_firing"));
});
