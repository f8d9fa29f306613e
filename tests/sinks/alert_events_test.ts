import assert from "node:assert/strict";
import type { AlertRecord } from "../../shared/alert.ts";
import type { AlertEvent } from "../../shared/api.ts";
import { createAlertEvents } from "../../sidecar/sinks/alert_events.ts";
import { snapshotOf } from "../api/api_fixture.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";

const ALERT: AlertRecord = {
  id: "heat",
  uid: "one",
  state: "firing",
  severity: "warning",
  message: "Too warm.",
  metric: null,
  value: null,
  since: 1000,
  fired_at: 2000,
  resolved_at: null,
};

Deno.test("tells what a verdict changed with that verdict's snapshot, and once", () => {
  const told: AlertEvent[] = [];
  const events = createAlertEvents({ publish: (event) => told.push(event) });
  const snapshot = snapshotOf(exampleTelemetry());
  events.take({ state: "firing", alert: ALERT });
  assert.equal(told.length, 0);
  events.write(snapshot);
  events.write(snapshot);
  assert.deepEqual(told, [{ state: "firing", alert: ALERT }]);
});

Deno.test("tells nothing of what ends because the sidecar does", () => {
  const told: AlertEvent[] = [];
  const events = createAlertEvents({ publish: (event) => told.push(event) });
  events.end();
  events.take({ state: "resolved", alert: ALERT });
  events.write(snapshotOf(exampleTelemetry()));
  assert.deepEqual(told, []);
});
