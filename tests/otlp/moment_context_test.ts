import assert from "node:assert/strict";
import type { AlertRecord } from "../../shared/alert.ts";
import { openAlertStore } from "../../sidecar/history/alert_store.ts";
import { openDatabase } from "../../sidecar/history/database.ts";
import { createHistoryWriter } from "../../sidecar/history/history_writer.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { momentContext } from "../../sidecar/otlp/moment_context.ts";
import { openSessions } from "../../sidecar/sessions/open_sessions.ts";
import { snapshotOf } from "../api/api_fixture.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";

const BEGIN_MS = 1_795_370_000_000;
const NONE = { info: 0, warning: 0, error: 0, critical: 0 };

function openRig() {
  const database = openDatabase(":memory:");
  const writer = createHistoryWriter({ database, everyMs: () => 3_600_000, log: silentLog });
  return { database, writer, ms: BEGIN_MS, [Symbol.dispose]: () => database.close() };
}

Deno.test("an alert fires from when it was told until it is over", async () => {
  using rig = openRig();
  const { database, writer } = rig;
  const store = openAlertStore({ database, writer, open: () => [], now: () => rig.ms });
  const alert: AlertRecord = {
    id: "render_lag",
    uid: "one",
    state: "firing",
    severity: "warning",
    message: "Late.",
    metric: null,
    value: null,
    since: BEGIN_MS,
    fired_at: BEGIN_MS + 5000,
    resolved_at: null,
  };
  store.take({ state: "firing", alert });
  writer.flush();
  const at = (ms: number) => momentContext(database, BEGIN_MS + ms).firing;
  assert.deepEqual(at(4999), NONE);
  assert.deepEqual(at(5000), { ...NONE, warning: 1 });
  assert.deepEqual(at(3_600_000), { ...NONE, warning: 1 });
  const over: AlertRecord = { ...alert, state: "resolved", resolved_at: BEGIN_MS + 60_000 };
  store.take({ state: "resolved", alert: over });
  writer.flush();
  assert.deepEqual(at(59_999), { ...NONE, warning: 1 });
  assert.deepEqual(at(60_000), NONE);
  await writer.close();
});

Deno.test("a session is the evening, whatever outputs come and go in it", async () => {
  using rig = openRig();
  const { database, writer } = rig;
  const sessions = openSessions({
    ...{ database, writer },
    source: { read: () => null },
    clock: { now: () => rig.ms, monotonic: () => rig.ms },
    hasObsExited: () => false,
    isShutOut: () => false,
    carried: () => null,
    alertsBetween: () => [],
    publish: () => {},
  });
  const uptimes = new Map<string, number>();
  const run = (seconds: number, active: Record<string, boolean>) => {
    for (let tick = 0; tick < seconds * 2; tick++) {
      rig.ms += 500;
      const example = exampleTelemetry();
      const outputs = Object.entries(active).map(([id, isActive]) => {
        const uptime = isActive ? (uptimes.get(id) ?? 0) + 0.5 : 0;
        uptimes.set(id, uptime);
        return exampleOutput({ id, name: id, active: isActive, uptime_s: uptime });
      });
      sessions.sink.write(snapshotOf({ ...example, obs: { ...example.obs, outputs } }));
    }
    writer.flush();
  };
  run(60, { one: false, two: false });
  const started = rig.ms;
  assert.equal(momentContext(database, rig.ms).sessionStartMs, null);
  run(120, { one: true, two: false });
  const start = momentContext(database, rig.ms).sessionStartMs;
  assert.ok(start !== null && Math.abs(start - started) < 5000, String(start));
  run(120, { one: true, two: true });
  assert.equal(momentContext(database, rig.ms).sessionStartMs, start);
  run(120, { one: false, two: true });
  assert.equal(momentContext(database, rig.ms).sessionStartMs, start);
  assert.equal(momentContext(database, started - 30_000).sessionStartMs, null);
  await writer.close();
});
