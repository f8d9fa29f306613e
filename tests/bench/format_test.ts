import assert from "node:assert/strict";
import { figure, grouped, megabytes, percentiles } from "./format.ts";

Deno.test("figures keep three significant digits and no exponent", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [0.00008412, "0.000084"],
    [0.08412, "0.0841"],
    [1.2345, "1.23"],
    [12.345, "12.3"],
    [123.45, "123"],
    [12_345, "12345"],
    [-0.0123, "-0.0123"],
  ];
  for (const [value, text] of cases) assert.equal(figure(value), text);
});

Deno.test("times, sizes and counts carry their unit", () => {
  assert.equal(percentiles({ p50: 0.0841, p99: 1.5 }), "p50 0.0841 ms, p99 1.50 ms");
  assert.equal(megabytes(46_230_000), "46.2 MB");
  assert.equal(grouped(1_000_000), "1,000,000");
});
