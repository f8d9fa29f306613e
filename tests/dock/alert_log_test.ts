import assert from "node:assert/strict";
import { AlertLog, REMEMBERED_MS } from "../../dock/models/alert_log.ts";
import type { Alert, AlertRecord } from "../../shared/alert.ts";

const NOW = 1_790_000_000_000;

function alert(id: string, changes: Partial<Alert> = {}): Alert {
  return {
    id,
    severity: "warning",
    message: "Bad.",
    metric: null,
    value: null,
    since: NOW,
    ...changes,
  };
}

function ids(log: AlertLog): string[] {
  return log.ended.value.map(({ alert: { id } }) => id);
}

Deno.test("an alert that a snapshot no longer has is over", () => {
  const log = new AlertLog();
  log.see([alert("a"), alert("b")], NOW);
  assert.deepEqual(ids(log), []);
  log.see([alert("b")], NOW + 5000);
  assert.deepEqual(log.ended.value, [{ alert: alert("a"), endedAt: NOW + 5000 }]);
});

Deno.test("event and snapshot of one end make one entry, in either order", () => {
  for (const isEventFirst of [true, false]) {
    const log = new AlertLog();
    log.see([alert("a")], NOW);
    const tell = (): void => log.take({ state: "resolved", alert: alert("a") }, NOW + 1000);
    if (isEventFirst) tell();
    log.see([], NOW + 1000);
    if (!isEventFirst) tell();
    assert.deepEqual(ids(log), ["a"]);
  }
});

Deno.test("an alert that came and went between two snapshots is remembered", () => {
  const log = new AlertLog();
  log.take({ state: "firing", alert: alert("a") }, NOW);
  log.take({ state: "resolved", alert: alert("a") }, NOW + 200);
  log.take({ state: "resolved", alert: alert("b") }, NOW + 300);
  assert.deepEqual(ids(log), ["b", "a"]);
});

Deno.test("the same trouble twice makes two entries", () => {
  const log = new AlertLog();
  for (const since of [NOW, NOW + 60_000]) {
    log.see([alert("a", { since })], since);
    log.see([], since + 1000);
  }
  assert.deepEqual(ids(log), ["a", "a"]);
});

Deno.test("forgets after 15 minutes, and keeps 20 at most", () => {
  const log = new AlertLog();
  log.see(Array.from({ length: 30 }, (_, i) => alert(`${i}`)), NOW);
  log.see([], NOW);
  assert.equal(ids(log).length, 20);
  log.see([], NOW + REMEMBERED_MS - 1);
  assert.equal(ids(log).length, 20);
  log.see([], NOW + REMEMBERED_MS);
  assert.equal(ids(log).length, 0);
});

Deno.test("keeps an alert as it stood at its worst, by severity and then by figure", () => {
  const cases: [metric: string, stages: Partial<Alert>[], worst: number][] = [
    ["system.cpu_usage_percent", [{ value: 92 }, { value: 99 }, { value: 91 }], 1],
    ["obs.active_fps", [{ value: 50 }, { value: 31 }, { value: 56 }], 1],
    ["obs.render_time_ms", [{ value: 20, severity: "error" }, { value: 21 }], 0],
  ];
  for (const [metric, stages, worst] of cases) {
    const seen = stages.map((stage, i) => alert("a", { metric, message: `${i}`, ...stage }));
    const log = new AlertLog();
    for (const each of seen) log.see([each], NOW);
    log.take({ state: "resolved", alert: seen.at(-1) ?? alert("a") }, NOW);
    assert.deepEqual(log.ended.value.map(({ alert }) => alert), [seen[worst]]);
  }
});

Deno.test("knows when it has not yet seen 15 minutes", () => {
  const log = new AlertLog();
  log.see([], NOW);
  assert.deepEqual([0, REMEMBERED_MS - 1, REMEMBERED_MS].map((ms) => log.isFresh(NOW + ms)), [
    true,
    true,
    false,
  ]);
});

function record(id: string, changes: Partial<AlertRecord> = {}): AlertRecord {
  return {
    ...alert(id),
    uid: id,
    state: "resolved",
    since: NOW - 60_000,
    fired_at: NOW - 58_000,
    resolved_at: NOW - 10_000,
    ...changes,
  };
}

Deno.test("takes what the sidecar remembers, newest first, and each alert once", () => {
  const log = new AlertLog();
  log.see([alert("seen", { since: NOW - 60_000 })], NOW - 20_000);
  log.see([], NOW - 5000);
  log.load([
    record("older", { resolved_at: NOW - 300_000 }),
    record("seen"),
    record("newer", { resolved_at: NOW - 1000 }),
  ], NOW);
  assert.deepEqual(ids(log), ["newer", "seen", "older"]);
  assert.equal(log.isFresh(NOW), false);
});

Deno.test("leaves out what ended long ago, goes on, or was never told", () => {
  const log = new AlertLog();
  log.load([
    record("long ago", { resolved_at: NOW - REMEMBERED_MS }),
    record("goes on", { resolved_at: null }),
    record("never told", { fired_at: null }),
  ], NOW);
  assert.deepEqual(ids(log), []);
});
