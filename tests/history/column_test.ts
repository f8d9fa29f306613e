import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeColumn, encodeColumn } from "../../sidecar/history/column.ts";

const whole = (most: number) => fc.integer({ min: -most, max: most });

function check(column: (number | null)[]): void {
  assert.deepEqual(decodeColumn(encodeColumn(column), { rows: column.length }), column);
}

Deno.test("a column comes back as it was, whatever stands in it", () => {
  for (const most of [1, 300, 2 ** 31, 2 ** 50]) {
    fc.assert(fc.property(fc.array(fc.option(whole(most), { freq: 4 })), check));
  }
  fc.assert(fc.property(fc.array(whole(2 ** 50), { minLength: 1 }), check));
});

Deno.test("counters, steps, spikes and gaps come back as they were", () => {
  const shapes: ((i: number) => number | null)[] = [
    (i) => i * 60,
    (i) => 1_795_370_000_000 + 1000 * i + (i * 7919) % 5,
    (i) => (i % 50 === 0 ? 1e12 : 3),
    (i) => (i % 3 === 0 ? null : 15 * ((i * 31) % 9)),
    (i) => (i < 100 ? 5 : 6),
    () => -0,
    () => null,
  ];
  for (const shape of shapes) {
    for (const rows of [0, 1, 2, 3, 300]) {
      const column = Array.from({ length: rows }, (_, i) => shape(i));
      check(column.map((value) => value === 0 ? 0 : value));
    }
  }
});

Deno.test("a counter that goes on at its usual pace takes next to nothing", () => {
  const steady = Array.from({ length: 240 }, (_, i) => 1e9 + 300 * i);
  assert.ok(encodeColumn(steady).length < 16);
  assert.ok(encodeColumn(new Array(240).fill(7)).length < 4);
});
