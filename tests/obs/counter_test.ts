import assert from "node:assert/strict";
import fc from "fast-check";
import { ResettingCounter } from "../../sidecar/obs/counter.ts";

/** A counter that was given these values. */
function counterOf(...values: (number | null)[]): ResettingCounter {
  const counter = new ResettingCounter();
  for (const value of values) counter.update(value);
  return counter;
}

Deno.test("is unknown before the first value", () => {
  assert.equal(counterOf().total, null);
  assert.equal(counterOf(null, null).total, null);
  assert.equal(counterOf().grown, 0);
});

Deno.test("equals OBS's counter while that only grows", () => {
  const counter = counterOf(100, 100, 150);
  assert.equal(counter.total, 150);
  assert.equal(counter.grown, 50);
});

Deno.test("adds up across resets inside a session", () => {
  assert.equal(counterOf(100, 40, 60, 0, 5).total, 165);
});

Deno.test("passes over values that are not known", () => {
  assert.equal(counterOf(100, null, 130).total, 130);
});

Deno.test("counts from zero where a reset is known though the value did not fall", () => {
  const counter = counterOf(3);
  counter.update(8, { reset: true });
  assert.equal(counter.total, 11);
});

Deno.test("begins a session at zero and keeps growing", () => {
  const counter = counterOf(100, 120);
  counter.restart();
  assert.equal(counter.total, null);
  counter.update(7);
  assert.equal(counter.total, 7);
  assert.equal(counter.grown, 27);
});

Deno.test("does not take what OBS counted before the sidecar came for growth", () => {
  const counter = new ResettingCounter();
  counter.restart();
  counter.update(5000);
  assert.equal(counter.total, 5000);
  assert.equal(counter.grown, 0);
});

Deno.test("follows any sequence of growth and resets as a plain sum does", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("grow" as const), by: fc.nat(1_000_000) }),
    fc.record({ kind: fc.constant("reset" as const), by: fc.nat(1000) }),
    fc.record({ kind: fc.constant("unknown" as const), by: fc.constant(0) }),
    fc.record({ kind: fc.constant("restart" as const), by: fc.nat(1000) }),
  );
  fc.assert(fc.property(fc.nat(1_000_000), fc.array(step, { maxLength: 60 }), (start, steps) => {
    const counter = counterOf(start);
    let raw = start;
    let total = start;
    let grown = 0;
    for (const { kind, by } of steps) {
      const before = { total: counter.total ?? 0, grown: counter.grown };
      if (kind === "unknown") {
        counter.update(null);
      } else if (kind === "grow") {
        raw += by;
        total += by;
        grown += by;
        counter.update(raw);
      } else {
        // OBS sets the counter to zero, and it has grown again by the next poll.
        if (kind === "restart") {
          counter.restart();
          before.total = 0;
          total = 0;
        }
        raw = by;
        total += by;
        grown += by;
        counter.update(raw, { reset: true });
      }
      assert.ok((counter.total ?? 0) >= before.total, "the total fell inside a session");
      assert.ok(counter.grown >= before.grown, "the growth fell");
      assert.equal(counter.total, total);
      assert.equal(counter.grown, grown);
    }
  }));
});
