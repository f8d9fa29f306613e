import assert from "node:assert/strict";
import fc from "fast-check";
import type { AlertEvent } from "../../shared/api.ts";
import { defaultConfig } from "../../shared/config.ts";
import type { CollectorHealth } from "../../shared/telemetry.ts";
import { Judge } from "../../sidecar/health/judge.ts";
import type { Finding, Rule } from "../../sidecar/health/rule.ts";
import { SINCE } from "../../sidecar/health/rule.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import { timeOfDay } from "../../shared/time_of_day.ts";
import { FakeTime } from "../fake_time.ts";
import { exampleFigures } from "./health_fixture.ts";

const OK: CollectorHealth = { ok: true, age_ms: 40, error: null };
const HOLD_MS = 2000;
const RECOVERY_MS = 3000;

function finding(changes: Partial<Finding> = {}): Finding {
  return {
    severity: "warning",
    message: `Too warm${SINCE}. Open a window.`,
    metric: "system.heat",
    value: 30,
    ...changes,
  };
}

/** A judge over rules whose findings the test sets, and what it tells. */
class Rig {
  readonly time = new FakeTime();
  readonly found: Record<string, Finding[]> = {};
  readonly told: AlertEvent[] = [];
  readonly judge: Judge;

  constructor(rules: readonly (Pick<Rule, "id"> & Partial<Rule>)[]) {
    this.judge = new Judge({
      rules: rules.map((rule) => ({
        pace: { holdMs: HOLD_MS, recoveryMs: RECOVERY_MS },
        find: () => this.found[rule.id] ?? [],
        ...rule,
      })),
      clock: this.time,
      settings: () => alertSettings(defaultConfig().alerts),
      onChange: (event) => this.told.push(event),
    });
  }

  /** Ids of what is told `ms` later. */
  after(ms: number): string[] {
    this.time.sleep(ms);
    return this.judge.judge({
      figures: exampleFigures(),
      collectors: { obs: OK, system: OK, network: OK, gpu: OK },
      notices: [],
    }).alerts.map(({ id }) => id);
  }

  /** States of what is open. */
  get open(): string[] {
    return this.judge.open().map(({ id, state }) => `${id} ${state}`);
  }
}

Deno.test("an alert is pending, fires and is over, as one occurrence with its times", () => {
  const rig = new Rig([{ id: "heat" }]);
  const began = rig.time.now();
  rig.found["heat"] = [finding()];
  rig.after(0);
  assert.deepEqual(rig.open, ["heat pending"]);
  assert.equal(rig.told.length, 0);
  rig.after(2000);
  assert.deepEqual(rig.open, ["heat firing"]);
  rig.found["heat"] = [];
  rig.after(3000);
  assert.deepEqual(rig.open, []);
  const [fired, resolved, ...others] = rig.told.map(({ alert }) => alert);
  assert.deepEqual(others, []);
  assert.deepEqual([fired?.since, fired?.fired_at, fired?.resolved_at], [
    began,
    began + 2000,
    null,
  ]);
  assert.equal(fired?.message, `Too warm since ${timeOfDay(began)}. Open a window.`);
  assert.deepEqual(resolved, { ...fired, state: "resolved", resolved_at: began + 5000 });
});

Deno.test("an alert is remembered at its worst, and told again when it gets there", () => {
  const rig = new Rig([{ id: "heat" }]);
  rig.found["heat"] = [finding({ value: 30 })];
  rig.after(0);
  rig.after(2000);
  rig.found["heat"] = [finding({ severity: "error", value: 50 })];
  rig.after(500);
  rig.after(2000);
  rig.found["heat"] = [finding({ value: 31 })];
  rig.after(500);
  rig.found["heat"] = [];
  rig.after(3000);
  assert.deepEqual(rig.told.map(({ state, alert }) => [state, alert.severity, alert.value]), [
    ["firing", "warning", 30],
    ["firing", "error", 50],
    ["resolved", "error", 50],
  ]);
  assert.equal(new Set(rig.told.map(({ alert }) => alert.uid)).size, 1);
});

Deno.test("takes a finding's own word for when it began and when it was last so", () => {
  const rig = new Rig([{ id: "heat" }]);
  const began = rig.time.now() - 1900;
  rig.found["heat"] = [finding({ beganMsAgo: 1900 })];
  assert.deepEqual(rig.after(0), []);
  assert.deepEqual(rig.after(100), ["heat"]);
  assert.equal(rig.told[0]?.alert.since, began);
  rig.found["heat"] = [finding({ seenMsAgo: 2999 })];
  assert.deepEqual(rig.after(0), ["heat"]);
  rig.found["heat"] = [finding({ seenMsAgo: 3000 })];
  assert.deepEqual(rig.after(1), [], "it is found still, and was last so 3 s ago");
});

Deno.test("does not begin to tell what no longer lasts, though it is still found", () => {
  const rig = new Rig([{ id: "heat" }]);
  rig.found["heat"] = [finding()];
  rig.after(0);
  rig.found["heat"] = [finding({ seenMsAgo: 2001 })];
  assert.deepEqual(rig.after(2001), []);
  rig.found["heat"] = [finding()];
  assert.deepEqual(rig.after(100), ["heat"]);
});

Deno.test("does not tell what worse trouble of the same thing brings with it", () => {
  const rig = new Rig([{ id: "fire" }, { id: "smoke", yieldsTo: ["fire"] }]);
  rig.found["smoke"] = [finding({ subject: "kitchen" }), finding({ subject: "hall" })];
  rig.after(0);
  rig.found["fire"] = [finding({ subject: "kitchen" })];
  rig.after(1000);
  assert.deepEqual(rig.after(1000), ["smoke:hall"], "the kitchen's waits for the fire");
  assert.deepEqual(rig.after(1000).toSorted(), ["fire:kitchen", "smoke:hall"]);
  rig.found["fire"] = [];
  const seen: string[] = [];
  for (let tick = 0; tick < 10; tick++) seen.push(rig.after(500).toSorted().join(" "));
  assert.deepEqual(seen, [
    ...new Array<string>(5).fill("fire:kitchen smoke:hall"),
    ...new Array<string>(3).fill("smoke:hall"),
    // It has lasted by itself since the fire was last told.
    ...new Array<string>(2).fill("smoke:hall smoke:kitchen"),
  ]);
});

Deno.test("keeps on telling what was told before something worse came", () => {
  const rig = new Rig([{ id: "fire" }, { id: "smoke", yieldsTo: ["fire"] }]);
  rig.found["smoke"] = [finding()];
  rig.after(0);
  rig.after(2000);
  rig.found["fire"] = [finding()];
  rig.after(500);
  assert.deepEqual(rig.after(2000).toSorted(), ["fire", "smoke"]);
});

Deno.test("does not wait for something worse that would be told later", () => {
  const slow = { holdMs: 15_000, recoveryMs: 1000 };
  const rig = new Rig([{ id: "fire", pace: slow }, { id: "smoke", yieldsTo: ["fire"] }]);
  rig.found["fire"] = [finding()];
  rig.found["smoke"] = [finding()];
  rig.after(0);
  assert.deepEqual(rig.after(2000), ["smoke"]);
});

Deno.test("what was seen before the machine slept has not lasted through that", () => {
  const rig = new Rig([{ id: "heat" }]);
  rig.found["heat"] = [finding()];
  rig.after(0);
  assert.deepEqual(rig.after(3_600_000), []);
  assert.deepEqual(rig.after(1999), []);
  assert.deepEqual(rig.after(1), ["heat"]);
});

Deno.test("the wall clock's jumps turn no times of an alert round", () => {
  const rig = new Rig([{ id: "heat" }]);
  rig.found["heat"] = [finding()];
  rig.after(0);
  rig.time.jump(-3_600_000);
  assert.deepEqual(rig.after(2000), ["heat"]);
  rig.found["heat"] = [];
  rig.time.jump(-3_600_000);
  assert.deepEqual(rig.after(3000), []);
  const alert = rig.told.at(-1)?.alert;
  assert.ok(alert && alert.since <= (alert.fired_at ?? 0));
  assert.ok((alert.fired_at ?? 0) <= (alert.resolved_at ?? 0));
});

Deno.test("whatever is found, alerts fire after their hold, end after their recovery, one at a time", () => {
  const severities = ["info", "warning", "error", "critical"] as const;
  const step = fc.record({
    ms: fc.integer({ min: 1, max: 4000 }),
    jumpMs: fc.constantFrom(0, 0, 0, 3_600_000, -3_600_000),
    severity: fc.option(fc.constantFrom(...severities)),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const rig = new Rig([{ id: "heat" }]);
    let beganMs: number | null = null;
    let seenMs = -Infinity;
    let firing: string | null = null;
    rig.after(0);
    for (const { ms, jumpMs, severity } of steps) {
      rig.time.jump(jumpMs);
      rig.found["heat"] = severity === null ? [] : [finding({ severity })];
      const before = rig.told.length;
      const shown = rig.after(ms);
      const nowMs = rig.time.monotonic();
      if (severity !== null) seenMs = nowMs;
      beganMs = severity === null && firing === null ? null : beganMs ?? nowMs;
      for (const { state, alert } of rig.told.slice(before)) {
        if (state === "resolved") {
          assert.equal(alert.uid, firing);
          assert.ok(nowMs - seenMs >= RECOVERY_MS);
          [firing, beganMs] = [null, null];
        } else {
          assert.ok(firing === null || firing === alert.uid, "two at a time");
          assert.ok(beganMs !== null && nowMs - beganMs >= HOLD_MS);
          firing = alert.uid;
        }
      }
      const isDue = beganMs !== null && severity !== null && nowMs - beganMs >= HOLD_MS;
      if (isDue) assert.notEqual(firing, null, "it has lasted");
      if (nowMs - seenMs >= RECOVERY_MS) assert.equal(firing, null, "it is over");
      assert.deepEqual(shown, firing === null ? [] : ["heat"]);
      assert.ok(rig.judge.open().length <= 1);
    }
  }));
});
