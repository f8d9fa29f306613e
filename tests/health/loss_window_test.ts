import assert from "node:assert/strict";
import { LossWindow } from "../../sidecar/health/loss_window.ts";

const SPAN_MS = 10_000;

/** A window after ticks of half a second with 30 frames each, of which so many were lost. */
function after(losses: readonly number[], leastFrames = 300, inBursts = false) {
  const window = new LossWindow({ inBursts });
  let [lost, whole] = [100, 9000];
  window.add({ lost, whole }, { nowMs: 0, spanMs: SPAN_MS });
  for (const [index, count] of losses.entries()) {
    lost += count;
    whole += 30;
    window.add({ lost, whole }, { nowMs: (index + 1) * 500, spanMs: SPAN_MS });
  }
  return window.loss(leastFrames);
}

const none = (ticks: number): number[] => new Array<number>(ticks).fill(0);

Deno.test("knows nothing of what was lost before, nor of nothing", () => {
  assert.equal(after([]), null);
  assert.equal(after(none(40)), null);
});

Deno.test("takes the share of the whole window, or of half of it where losses have just begun", () => {
  assert.equal(after([6])?.percent, 2);
  assert.equal(after([60, ...none(8), 6])?.percent, 11);
  assert.equal(after(new Array<number>(20).fill(3))?.percent, 10);
  assert.equal(after([30], 0)?.percent, 100, "never more than all");
});

Deno.test("forgets what is older than the window", () => {
  assert.equal(after([9, ...none(19)])?.frames, 9);
  assert.equal(after([9, ...none(20)]), null);
});

Deno.test("tells since when losses go on that come within three seconds of one another", () => {
  const loss = after([5, ...none(8), 2, ...none(5), 2, 0, 1, 0]);
  assert.deepEqual([loss?.frames, loss?.beganMsAgo], [10, 4500]);
});

Deno.test("takes losses for lasting only where three come within three seconds", () => {
  assert.equal(after([9, ...none(9), 9, 0, 9])?.seenMsAgo, Infinity);
  assert.equal(after([9, 9, 9, ...none(8), 1, 0, 1])?.seenMsAgo, 5500);
  assert.equal(after([9, 9, 9, ...none(8), 1, ...none(4), 1, 1])?.seenMsAgo, 0);
});

Deno.test("takes each burst for lasting where losses come in bursts, but no single frame", () => {
  const seen = (losses: number[]) => after(losses, 300, true)?.seenMsAgo;
  assert.equal(seen([9, ...none(9), 1]), 5000);
  assert.equal(seen([9, ...none(9), 2]), 0);
});

Deno.test("takes each loss for itself where samples are far apart", () => {
  const window = new LossWindow();
  window.add({ lost: 0, whole: 0 }, { nowMs: 0, spanMs: SPAN_MS });
  window.add({ lost: 9, whole: 150 }, { nowMs: 5000, spanMs: SPAN_MS });
  assert.equal(window.loss(1)?.seenMsAgo, 0);
});

Deno.test("tells the share of the window, and whether losses went on through most of it", () => {
  const begun = after([...none(14), 3, 3, 3, 3, 3, 3]);
  assert.deepEqual([begun?.windowPercent, begun?.percent, begun?.isThroughout], [3, 6, false]);
  assert.equal(
    after([...none(3), 3, 3, ...none(5), 3, 3, 0, 0, 3, 3, 0, 3, 0, 3])?.isThroughout,
    true,
  );
});

Deno.test("counts the seconds in which something was lost", () => {
  assert.equal(after([0, 9, 9])?.seconds, 1);
  assert.equal(after([9, 0, 0, 9, 0, 9])?.seconds, 3);
});

Deno.test("begins anew where a counter falls or is not known", () => {
  for (const lower of [{ lost: 0, whole: 9900 }, { lost: 200, whole: 10 }]) {
    const window = new LossWindow();
    window.add({ lost: 100, whole: 9000 }, { nowMs: 0, spanMs: SPAN_MS });
    window.add({ lost: 200, whole: 9300 }, { nowMs: 500, spanMs: SPAN_MS });
    window.add(lower, { nowMs: 1000, spanMs: SPAN_MS });
    assert.equal(window.loss(1), null);
  }
  const window = new LossWindow();
  window.add({ lost: 100, whole: 9000 }, { nowMs: 0, spanMs: SPAN_MS });
  window.add({ lost: null, whole: 9000 }, { nowMs: 500, spanMs: SPAN_MS });
  window.add({ lost: 200, whole: 9300 }, { nowMs: 1000, spanMs: SPAN_MS });
  assert.equal(window.loss(1), null);
});
