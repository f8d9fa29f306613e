import assert from "node:assert/strict";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { accelerateHours, ROUND } from "./accelerated_hours.ts";

/** Quarters of an hour; the first two fill what the page remembers and what the engine compiles. */
const ROUNDS = 6;
const WARM_UP = 2;

/**
 * Bytes by which two readings of one page differ by themselves (0.4 MB was seen). A leak of 140
 * bytes a snapshot, of which each has 6,000, is more.
 */
const NOISE_BYTES = 500_000;

counterpartTest("the page's heap does not grow over an hour of updates", [CHROMIUM], async (t) => {
  const { sent, seen, taskMsPerSnapshot, heapBytes } = await accelerateHours({
    rounds: ROUNDS,
  });
  const text =
    `${seen} of ${sent} snapshots seen, ${taskMsPerSnapshot.toFixed(1)} ms of the main ` +
    `thread each; heap after each ${ROUND}: ${heapBytes.join(", ")} bytes`;
  await t.step(text, () => {
    assert.ok(seen > sent / 2, "the page took too few of them to prove anything");
    assert.equal(heapBytes.length, ROUNDS);
    const first = Math.min(...heapBytes.slice(WARM_UP, WARM_UP + 2));
    const last = Math.min(...heapBytes.slice(-2));
    assert.ok(last - first < NOISE_BYTES);
  });
});
