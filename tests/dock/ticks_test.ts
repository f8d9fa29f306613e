import assert from "node:assert/strict";
import { timeTicks, valueTicks } from "../../dock/charts/ticks.ts";
import { at } from "./example_session.ts";

Deno.test("the time axis has whole times of day, no more than have room", () => {
  const texts = (from: number, to: number, most: number) =>
    timeTicks({ from, to }, most).map(({ text }) => text);
  assert.deepEqual(texts(at(21, 9), at(21, 19), 5), ["21:10", "21:12", "21:14", "21:16", "21:18"]);
  assert.deepEqual(texts(at(19, 2), at(22, 14), 4), ["20:00", "21:00", "22:00"]);
  assert.deepEqual(texts(at(21, 14, 1), at(21, 14, 31), 4), ["21:14:10", "21:14:20", "21:14:30"]);
  for (const hours of [1, 5, 30, 400]) {
    assert.ok(texts(at(1, 7), at(1, 7) + hours * 3_600_000, 6).length <= 7, `${hours} h`);
  }
});

Deno.test("the axis of figures has round steps from zero on", () => {
  const values = (top: number, most: number) => valueTicks(top, most).map(({ value }) => value);
  assert.deepEqual(values(10, 3), [0, 5, 10]);
  assert.deepEqual(values(66, 3), [0, 25, 50]);
  assert.deepEqual(values(0.3, 3), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(values(120, 3), [0, 50, 100]);
});

Deno.test("an axis without height has no figures", () => {
  for (const top of [0, -1, NaN, Infinity]) assert.deepEqual(valueTicks(top, 3), [], String(top));
});
