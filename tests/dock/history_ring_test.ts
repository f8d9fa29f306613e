import assert from "node:assert/strict";
import { BUCKET_MS, BUCKETS, HistoryRing } from "../../dock/models/history_ring.ts";

const START = 1_790_000_000_000;
const PATIENT = { patienceMs: 1500 };

/** The mean of every bucket, oldest first. */
function means(ring: HistoryRing, count = BUCKETS): (number | null)[] {
  const into: (number | null)[] = new Array(count).fill(null);
  ring.read("a", { reading: "mean", into });
  return into;
}

function filled(...ticks: [ms: number, value: number | null][]): HistoryRing {
  const ring = new HistoryRing();
  for (const [ms, value] of ticks) {
    ring.advance(START + ms, PATIENT);
    ring.add("a", value);
  }
  return ring;
}

Deno.test("keeps least, mean and most of a bucket, so that spikes survive", () => {
  const ring = filled([0, 10], [500, 90], [1000, 20]);
  assert.equal(ring.at("a", null), 40);
  assert.deepEqual(ring.summary("a"), { now: 40, least: 10, mean: 40, most: 90 });
  const most: (number | null)[] = [null];
  ring.read("a", { reading: "most", into: most, scale: 2 });
  assert.deepEqual(most, [180]);
});

Deno.test("a silence longer than patience is a gap, not a line and not zeros", () => {
  const ring = filled([0, 1], [6000, 2]);
  assert.deepEqual(means(ring, 5), [null, 1, null, null, 2]);
});

Deno.test("a figure that is not known is a gap", () => {
  assert.deepEqual(means(filled([0, 1], [2000, null], [4000, 3]), 3), [1, null, 3]);
  assert.equal(filled([0, 1], [2000, null]).at("a", null), null);
  assert.equal(new HistoryRing().at("a", null), null);
});

Deno.test("slow ticks leave no gaps between them", () => {
  const ring = new HistoryRing();
  for (const ms of [0, 5000, 10_000]) {
    ring.advance(START + ms, { patienceMs: 15_000 });
    ring.add("a", ms);
  }
  assert.deepEqual(means(ring, 6), [0, 5000, 5000, 10_000, 10_000, 10_000]);
});

Deno.test("forgets what is older than 15 minutes, and whole figures with it", () => {
  const ring = filled([0, 7]);
  for (let i = 1; i < BUCKETS; i++) ring.advance(START + i * BUCKET_MS, PATIENT);
  assert.equal(means(ring)[0], 7);
  assert.equal(ring.size, 1);
  ring.advance(START + BUCKETS * BUCKET_MS, PATIENT);
  assert.deepEqual(new Set(means(ring)), new Set([null]));
  assert.equal(ring.size, 0);
});

Deno.test("a jump ahead of hours leaves nothing old behind", () => {
  const ring = filled([0, 7], [3_600_000, 8]);
  assert.deepEqual(means(ring).filter((value) => value !== null), [8]);
});

Deno.test("begins anew where the clock was set back", () => {
  const ring = filled([0, 7]);
  assert.equal(ring.advance(START - 3_600_000, PATIENT), "restarted");
  ring.add("a", 8);
  assert.deepEqual(means(ring).filter((value) => value !== null), [8]);
});

Deno.test("a clock that goes back a little stays in its bucket", () => {
  const ring = filled([0, 7]);
  assert.equal(ring.advance(START - 1, PATIENT), "same");
  ring.add("a", 9);
  assert.equal(ring.at("a", null), 8);
});

Deno.test("takes the sidecar's history only where it has none of its own", () => {
  const ring = filled([8000, 50]);
  ring.load({
    metric: "a",
    unit: "1",
    points: [
      [START - 10 * BUCKETS * BUCKET_MS, 1, 1, 1],
      [START, 1, 2, 3],
      [START + 2000, 4, 5, 6],
      [START + 8000, 9, 9, 9],
      [START + 60_000, 9, 9, 9],
    ],
  }, PATIENT);
  assert.deepEqual(means(ring, 6), [null, 2, 5, null, null, 50]);
  assert.deepEqual(ring.summary("a"), { now: 50, least: 1, mean: 19, most: 50 });
});

Deno.test("keeps a bounded number of figures", () => {
  const ring = new HistoryRing();
  ring.advance(START, PATIENT);
  for (let i = 0; i < 1000; i++) ring.add(`figure ${i}`, 1);
  assert.equal(ring.size, 64);
});

Deno.test("gives the buckets that are known with their times", () => {
  const ring = filled([0, 7], [6000, 8]);
  assert.deepEqual(ring.span, { from: START + 6000 - (BUCKETS - 1) * BUCKET_MS, to: START + 6000 });
  assert.deepEqual(ring.points("a"), [[START, 7, 7, 7], [START + 6000, 8, 8, 8]]);
  assert.deepEqual(ring.points("b"), []);
  assert.equal(ring.at("a", START), 7);
  assert.equal(ring.at("a", START + 2000), null);
  assert.equal(ring.at("a", START + 8000), null);
});
