import assert from "node:assert/strict";
import type { Alert } from "../../shared/alert.ts";
import type { AlertEvent } from "../../shared/api.ts";
import { alertChanges } from "../../sidecar/health/alert_changes.ts";
import { createAlertEvents } from "../../sidecar/sinks/alert_events.ts";
import { snapshotOf } from "../api/api_fixture.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";

function alert(id: string, message = "Something is wrong."): Alert {
  return { id, severity: "warning", message, metric: null, value: null, since: null };
}

Deno.test("tells which alerts came and which went, by their ids", () => {
  const [a, b, c] = [alert("a"), alert("b"), alert("c")];
  assert.deepEqual(alertChanges([], []), []);
  assert.deepEqual(alertChanges([a, b], [b, c]), [
    { state: "resolved", alert: a },
    { state: "firing", alert: c },
  ]);
  assert.deepEqual(alertChanges([a], [alert("a", "It is worse now.")]), []);
  assert.deepEqual(alertChanges([a, b], [b, a]), []);
});

Deno.test("publishes what comes and goes, but not what is there at the start or the stop", () => {
  const events: AlertEvent[] = [];
  const sink = createAlertEvents({ publish: (event) => events.push(event) });
  const write = (...alerts: Alert[]) =>
    sink.write(snapshotOf(exampleTelemetry({ health: { ...exampleTelemetry().health, alerts } })));
  write(alert("old"));
  write(alert("old"));
  assert.equal(events.length, 0);
  write(alert("old"), alert("new"));
  write(alert("new"));
  assert.deepEqual(events.map(({ state, alert }) => `${alert.id} ${state}`), [
    "new firing",
    "old resolved",
  ]);
  sink.end();
  write();
  assert.equal(events.length, 2);
});
