import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import type { Output } from "../../shared/telemetry.ts";
import { Judge } from "../../sidecar/health/judge.ts";
import { outputStalled } from "../../sidecar/health/rules/output_stalled.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";
import { FakeTime } from "../fake_time.ts";
import { exampleFigures } from "./health_fixture.ts";

const { thresholds } = alertSettings(defaultConfig().alerts);
const STALLED: Partial<Output> = { bitrate_kbps: 0, fps: 0, uptime_s: 600, total_bytes: 5e6 };

function figures(changes: Partial<Output>) {
  return exampleFigures({ obs: { outputs: [exampleOutput(changes)] } });
}

function severities(changes: Partial<Output>): string[] {
  return outputStalled.find(figures(changes), thresholds).map(({ severity }) => severity);
}

Deno.test("output_stalled: a live stream that sends nothing more is an error", () => {
  assert.deepEqual(severities(STALLED), ["error"]);
  assert.deepEqual(severities({ ...STALLED, bitrate_kbps: 1 }), []);
});

Deno.test("output_stalled: not before it sent anything, while it reconnects, or once it ended", () => {
  const fine: Partial<Output>[] = [
    { total_bytes: 0 },
    { total_bytes: null },
    { uptime_s: 5 },
    { fps: 30 },
    { fps: null },
    { reconnecting: true },
    { active: false },
    { bitrate_kbps: null },
    { kind: "record" },
    { kind: "virtualcam" },
  ];
  for (const changes of fine) {
    assert.deepEqual(severities({ ...STALLED, ...changes }), [], JSON.stringify(changes));
  }
});

Deno.test("output_stalled: is told after 15 seconds", () => {
  const time = new FakeTime();
  const judge = new Judge({ rules: [outputStalled], clock: time });
  const { collectors } = exampleTelemetry().health;
  const alerts = () =>
    judge.judge({ figures: figures(STALLED), collectors, notices: [] }).alerts
      .map(({ id }) => id);
  for (let tick = 0; tick < 30; tick++) {
    assert.deepEqual(alerts(), []);
    time.sleep(500);
  }
  assert.deepEqual(alerts(), [`output_stalled:${exampleOutput().id}`]);
});
