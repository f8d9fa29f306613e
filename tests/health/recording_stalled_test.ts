import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import type { Output } from "../../shared/telemetry.ts";
import { Judge } from "../../sidecar/health/judge.ts";
import { recordingStalled } from "../../sidecar/health/rules/recording_stalled.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import { exampleRecording, exampleTelemetry } from "../api/example_telemetry.ts";
import { FakeTime } from "../fake_time.ts";
import { exampleFigures } from "./health_fixture.ts";

const { thresholds } = alertSettings(defaultConfig().alerts);
const STALLED = { bitrate_kbps: 0 };

function figures(changes: Partial<Output>) {
  return exampleFigures({ obs: { outputs: [exampleRecording(changes)] } });
}

function severities(changes: Partial<Output>): string[] {
  return recordingStalled.find(figures(changes), thresholds).map(({ severity }) => severity);
}

Deno.test("recording_stalled: a recording that gets no bytes is an error", () => {
  assert.deepEqual(severities(STALLED), ["error"]);
  assert.deepEqual(severities({}), []);
});

Deno.test("recording_stalled: never while paused, ended, or as long as OBS does not tell", () => {
  for (const paused of [true, null]) assert.deepEqual(severities({ ...STALLED, paused }), []);
  assert.deepEqual(severities({ ...STALLED, active: false }), []);
  assert.deepEqual(severities({ bitrate_kbps: null }), []);
  for (const kind of ["replay", "stream", "virtualcam", "other"] as const) {
    assert.deepEqual(severities({ ...STALLED, kind }), [], kind);
  }
});

Deno.test("recording_stalled: is told after ten seconds, and over with the next byte", () => {
  const time = new FakeTime();
  const judge = new Judge({ rules: [recordingStalled], clock: time });
  const { collectors } = exampleTelemetry().health;
  const alertsAfter = (ms: number, changes: Partial<Output>) => {
    time.sleep(ms);
    const { alerts } = judge.judge({ figures: figures(changes), collectors, notices: [] });
    return alerts.map(({ id }) => id);
  };
  assert.deepEqual(alertsAfter(0, STALLED), []);
  for (let tick = 1; tick < 20; tick++) assert.deepEqual(alertsAfter(500, STALLED), []);
  assert.deepEqual(alertsAfter(500, STALLED), ["recording_stalled:simple_file_output"]);
  assert.deepEqual(alertsAfter(500, {}), []);
});

Deno.test("recording_stalled: a pause in between begins the ten seconds anew", () => {
  const time = new FakeTime();
  const judge = new Judge({ rules: [recordingStalled], clock: time });
  const { collectors } = exampleTelemetry().health;
  for (let tick = 0; tick < 100; tick++) {
    time.sleep(500);
    const paused = tick % 15 === 0;
    const health = judge.judge({
      figures: figures({ ...STALLED, paused }),
      collectors,
      notices: [],
    });
    assert.deepEqual(health.alerts, []);
  }
});
