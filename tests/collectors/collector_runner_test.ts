import assert from "node:assert/strict";
import type { Collector } from "../../sidecar/collectors/collector.ts";
import { CollectorRunner } from "../../sidecar/collectors/collector_runner.ts";
import { FakeTime, settle } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";

/** A collector whose calls the test settles, and its runner. */
function createRig(close?: Collector<number>["close"]) {
  const time = new FakeTime();
  const { log, lines } = keptLog();
  const calls: (PromiseWithResolvers<number> & { signal: AbortSignal })[] = [];
  const collector: Collector<number> = {
    name: "gpu",
    collect(signal) {
      const call = { ...Promise.withResolvers<number>(), signal };
      calls.push(call);
      return call.promise;
    },
    ...(close === undefined ? {} : { close }),
  };
  return { time, lines, calls, runner: new CollectorRunner(collector, { clock: time, log }) };
}

Deno.test("has no figures and no age before the first reading", () => {
  const { runner } = createRig();
  assert.deepEqual(runner.state(), {
    value: null,
    health: { ok: true, age_ms: null, error: null },
  });
});

Deno.test("gives the figures with their age", async () => {
  const { runner, calls, time } = createRig();
  const refreshed = runner.refresh();
  calls[0]?.resolve(7);
  await refreshed;
  time.sleep(430);
  assert.deepEqual(runner.state(), { value: 7, health: { ok: true, age_ms: 430, error: null } });
});

Deno.test("lets figures age that the collector read before", async () => {
  const time = new FakeTime();
  const collector = { name: "obs" as const, readAtMs: 0, collect: () => Promise.resolve(7) };
  const runner = new CollectorRunner(collector, { clock: time, log: keptLog().log });
  for (const ageMs of [500, 1000]) {
    time.sleep(500);
    await runner.refresh();
    assert.deepEqual(runner.state(), {
      value: 7,
      health: { ok: true, age_ms: ageMs, error: null },
    });
  }
});

Deno.test("makes one call at a time, and lets nobody wait for one that takes long", async () => {
  const { runner, calls } = createRig();
  const first = runner.refresh();
  await runner.refresh();
  await runner.refresh();
  assert.equal(calls.length, 1);
  calls[0]?.resolve(1);
  await first;
  void runner.refresh();
  assert.equal(calls.length, 2);
});

Deno.test("shows the figures before for up to 2 s while a call hangs, then none", async () => {
  const { runner, calls, time } = createRig();
  const refreshed = runner.refresh();
  calls[0]?.resolve(7);
  await refreshed;
  const hung = runner.refresh();
  time.sleep(1999);
  assert.equal(runner.state().value, 7);
  assert.equal(calls[1]?.signal.aborted, false);
  time.sleep(1);
  const { value, health } = runner.state();
  assert.equal(value, null);
  assert.deepEqual(
    [health.ok, health.error],
    [false, "The figures of the graphics card have not come for more than 2 s."],
  );
  assert.equal(calls[1]?.signal.aborted, true);
  calls[1]?.resolve(8);
  await hung;
  assert.deepEqual([runner.state().value, runner.state().health.ok], [8, true]);
});

Deno.test("loses its figures to an error, however it comes, and takes them again", async () => {
  const errors: (() => Promise<number>)[] = [
    () => Promise.reject(new Error("Out of order. Switch it on.")),
    () => {
      throw new Error("Out of order. Switch it on.");
    },
    () => Promise.reject("Out of order. Switch it on."),
  ];
  for (const fail of errors) {
    let next: () => Promise<number> = () => Promise.resolve(1);
    const runner = new CollectorRunner(
      { name: "system", collect: () => next() },
      { clock: new FakeTime(), log: keptLog().log },
    );
    await runner.refresh();
    next = fail;
    await runner.refresh();
    assert.deepEqual(runner.state(), {
      value: null,
      health: { ok: false, age_ms: 0, error: "Out of order. Switch it on." },
    });
    next = () => Promise.resolve(2);
    await runner.refresh();
    assert.equal(runner.state().value, 2);
    assert.equal(runner.state().health.error, null);
  }
});

Deno.test("logs a failure once while its reason stays the same, and its end", async () => {
  const { runner, calls, lines } = createRig();
  const outcomes = ["gone", "gone", "gone", "broken", null, "gone"];
  for (const outcome of outcomes) {
    const refreshed = runner.refresh();
    const call = calls.at(-1);
    if (outcome === null) call?.resolve(1);
    else call?.reject(new Error(outcome));
    await refreshed;
    runner.state();
  }
  assert.deepEqual(lines, [
    "debug: No figures of the graphics card: gone",
    "debug: No figures of the graphics card: broken",
    "debug: The figures of the graphics card have come.",
    "debug: No figures of the graphics card: gone",
  ]);
});

Deno.test("closes the collector and tells a call under way to end", async () => {
  let closed = 0;
  const { runner, calls } = createRig(() => {
    closed++;
  });
  void runner.refresh();
  await runner.close();
  assert.equal(closed, 1);
  assert.equal(calls[0]?.signal.aborted, true);
});

Deno.test("closes in spite of a collector that fails or hangs at it", async () => {
  const failing = createRig(() => {
    throw new Error("stuck");
  });
  await failing.runner.close();
  assert.match(
    failing.lines.join(),
    /^warn: The gpu collector could not be closed\. \| Error: stuck/,
  );

  const hanging = createRig(() => new Promise(() => {}));
  using time = hanging.time.install();
  const closed = hanging.runner.close();
  await time.pass(2000);
  await closed;
  await settle();
  assert.match(hanging.lines.join(), /No answer from the gpu collector within 2 s/);
});
