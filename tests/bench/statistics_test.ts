import assert from "node:assert/strict";
import fc from "fast-check";
import { median, type Point, slope, summarise } from "./statistics.ts";

Deno.test("percentiles are values that were measured, by nearest rank", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  assert.deepEqual(summarise(values), {
    count: 200,
    min: 1,
    p25: 50,
    p50: 100,
    p75: 150,
    p99: 198,
    max: 200,
  });
});

Deno.test("one measurement is its own minimum, median and maximum", () => {
  assert.deepEqual(summarise([7]), { count: 1, min: 7, p25: 7, p50: 7, p75: 7, p99: 7, max: 7 });
});

Deno.test("measurements are sorted as numbers and left as they are", () => {
  const values = [10, 9, 100];
  assert.equal(median(values), 10);
  assert.deepEqual(values, [10, 9, 100]);
});

Deno.test("no measurement is an error, not a zero", () => {
  assert.throws(() => summarise([]), /Nothing was measured/);
});

Deno.test("half of all measurements are at or below the median, and at or above it", () => {
  fc.assert(fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
    const middle = median(values);
    assert.ok(values.includes(middle));
    assert.ok(values.filter((value) => value <= middle).length * 2 >= values.length);
    assert.ok(values.filter((value) => value >= middle).length * 2 >= values.length);
  }));
});

Deno.test("the slope of a straight line is the line's, wherever it starts", () => {
  const line: Point[] = [[1000, 50], [1010, 45], [1020, 40]];
  assert.equal(slope(line), -0.5);
});

Deno.test("points that swing about a level have no slope", () => {
  assert.equal(slope([[0, 1], [1, 3], [2, 3], [3, 1]]), 0);
});

Deno.test("a slope of a single moment is an error", () => {
  assert.throws(() => slope([[3, 1], [3, 2]]), /two moments/);
});
