import assert from "node:assert/strict";
import { percentOf, SlidingWindow } from "../../sidecar/obs/window.ts";

Deno.test("knows no change and no rate from a single sample", () => {
  const window = new SlidingWindow(2000);
  assert.equal(window.change(0), null);
  window.add(0, [5]);
  assert.equal(window.change(0), null);
  assert.equal(window.perSecond(0), null);
});

Deno.test("reaches back as far as its span and no further", () => {
  const window = new SlidingWindow(2000);
  for (let second = 0; second <= 10; second++) window.add(second * 1000, [second * second]);
  assert.equal(window.change(0), 100 - 64);
  assert.equal(window.perSecond(0), 18);
});

Deno.test("spans a gap in which nothing was read", () => {
  const window = new SlidingWindow(2000);
  window.add(0, [0]);
  window.add(500, [500]);
  window.add(30_500, [3500]);
  assert.equal(window.change(0), 3000);
  assert.equal(window.perSecond(0), 100);
});

Deno.test("follows several values at once", () => {
  const window = new SlidingWindow(2000);
  window.add(0, [1, 10]);
  window.add(1000, [2, 30]);
  assert.deepEqual([window.change(0), window.change(1)], [1, 20]);
});

Deno.test("has no rate where no time went by", () => {
  const window = new SlidingWindow(2000);
  window.add(1000, [1]);
  window.add(1000, [5]);
  assert.equal(window.perSecond(0), null);
});

Deno.test("forgets everything when cleared", () => {
  const window = new SlidingWindow(2000);
  window.add(0, [1]);
  window.add(1000, [2]);
  window.clear();
  assert.equal(window.change(0), null);
});

Deno.test("keeps no more samples than its span holds", () => {
  const window = new SlidingWindow(60_000);
  for (let tick = 0; tick < 100_000; tick++) window.add(tick * 500, [tick]);
  assert.equal(window.change(0), 120);
});

Deno.test("gives a share in percent, 0 of nothing and null of the unknown", () => {
  assert.equal(percentOf(1, 4), 25);
  assert.equal(percentOf(0, 0), 0);
  assert.equal(percentOf(3, 0), 0);
  assert.equal(percentOf(null, 4), null);
  assert.equal(percentOf(1, null), null);
  assert.equal(percentOf(9, 4), 100);
});
