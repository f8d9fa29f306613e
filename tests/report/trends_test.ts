/** Comparison with earlier sessions, and what changes over them. */
import assert from "node:assert/strict";
import type { Session } from "../../shared/session.ts";
import { createRandom } from "../../sidecar/demo/random.ts";
import { compare } from "../../sidecar/report/comparison.ts";
import {
  median,
  theilSenSlope,
  trendChance,
  usualSpread,
} from "../../sidecar/report/statistics.ts";
import { findTrends } from "../../sidecar/report/trends.ts";
import { session, START_MS } from "./evening.ts";

const DAY_MS = 86_400_000;

/** A session and those before it, from figures with the oldest first. */
function history(drafts: readonly Partial<Session>[]): { last: Session; earlier: Session[] } {
  const all = drafts.map((draft, index) => {
    const start_time = START_MS + index * DAY_MS;
    return session({ id: index + 1, start_time, end_time: start_time + 7_200_000, ...draft });
  });
  const last = all.at(-1) ?? session();
  return { last, earlier: all.slice(0, -1).reverse() };
}

function bitrates(values: readonly number[]) {
  return history(values.map((avg_bitrate_kbps) => ({ avg_bitrate_kbps })));
}

function judgement({ last, earlier }: { last: Session; earlier: Session[] }, label: string) {
  return compare(last, earlier).find((one) => one.label === label)?.judgement ?? null;
}

Deno.test("statistics agree with figures worked out by hand", () => {
  assert.equal(median([]), null);
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Math.abs(usualSpread([1, 2, 3, 4, 100]) - 1.4826) < 1e-9);
  assert.equal(theilSenSlope([1, 3, 5, 7, 900]), 2);
  // Of 120 orders of five one rises and one falls throughout.
  assert.ok(Math.abs(trendChance([1, 2, 3, 4, 5]) - 2 / 120) < 1e-12);
  assert.equal(trendChance([1, 1, 1, 1]), 1);
  // S = 8: one neighbouring pair is swapped, in four ways, or none.
  assert.ok(Math.abs(trendChance([2, 1, 3, 4, 5]) - 2 * 5 / 120) < 1e-12);
});

Deno.test("a figure is better or worse only beyond what it usually varies by", () => {
  const label = "Average bitrate";
  assert.equal(judgement(bitrates([6000, 6010, 5990, 6000, 5800]), label), "same");
  assert.equal(judgement(bitrates([6000, 6010, 5990, 6000, 5000]), label), "worse");
  assert.equal(judgement(bitrates([4000, 6010, 5000, 3000, 5000, 2500]), label), "same");
  assert.equal(judgement(bitrates([5000, 5010, 4990, 5000, 6000]), label), "better");
  // One bad evening among the earlier ones changes nothing.
  assert.equal(judgement(bitrates([6000, 6010, 100, 6000, 5000]), label), "worse");
});

Deno.test("of fewer than three earlier sessions nothing is said, and unknown is left out", () => {
  assert.deepEqual(compare(bitrates([6000, 6000, 3000]).last, bitrates([6000, 6000]).earlier), []);
  const { last, earlier } = bitrates([6000, 6000, 6000, 6000, 3000]);
  const unknown = compare({ ...last, avg_bitrate_kbps: null, total_frames: 0 }, earlier);
  const labels = unknown.map(({ label }) => label);
  assert.ok(!labels.includes("Average bitrate"));
  assert.ok(!labels.includes("Frames dropped by the network"));
  assert.ok(labels.includes("Frames rendered too late"));
});

Deno.test("another target bitrate, a short try and a session that goes on are not compared", () => {
  const { last, earlier } = history([
    { target_bitrate_kbps: 8000, avg_bitrate_kbps: 8000 },
    { target_bitrate_kbps: 8000, avg_bitrate_kbps: 8000 },
    { target_bitrate_kbps: 8000, avg_bitrate_kbps: 8000 },
    { duration_s: 60, avg_bitrate_kbps: 1, total_frames: 100, dropped_frames: 90 },
    { end_time: null },
    {},
  ]);
  const found = compare(last, earlier);
  assert.ok(!found.some(({ label }) => label === "Average bitrate"));
  const dropped = found.find(({ label }) => label === "Frames dropped by the network");
  assert.deepEqual([dropped?.usual, dropped?.sessions], [0, 3]);
});

Deno.test("what falls evening after evening is told, with from where to where", () => {
  const row = bitrates([6000, 5700, 5500, 5200, 4800]);
  assert.deepEqual(findTrends(row.last, row.earlier), [
    "Average bitrate: it has fallen four evenings in a row, from 6,000 kbit/s to 4,800 kbit/s.",
  ]);
  const slow = bitrates([6000, 5900, 5950, 5700, 5750, 5500, 5550, 5300, 5200, 5100, 5150]);
  assert.deepEqual(findTrends(slow.last, slow.earlier), [
    "Average bitrate: it has been falling over the last eleven evenings, from about 6,050 kbit/s " +
    "to about 5,050 kbit/s.",
  ]);
  const hot = history([60, 64, 68, 72, 76, 80].map((peak_gpu_temp) => ({ peak_gpu_temp })));
  assert.deepEqual(findTrends({ ...hot.last, kind: "output" }, hot.earlier), [
    "Highest GPU temperature: it has risen five streams in a row, from 60 °C to 80 °C.",
  ]);
});

Deno.test("too few evenings, too small a change and single outliers are no trend", () => {
  for (
    const values of [
      [6000, 5000, 4000, 3000],
      [6000, 5990, 5980, 5970, 5960, 5950],
      [6000, 6000, 6000, 6000, 6000, 6000, 1000],
      [6000, 3000, 6000, 3000, 6000, 3000],
    ]
  ) {
    const { last, earlier } = bitrates(values);
    assert.deepEqual(findTrends(last, earlier), [], values.join());
  }
});

Deno.test("noise rarely looks like a trend", () => {
  const random = createRandom(42);
  let sentences = 0;
  const runs = 2000;
  for (let run = 0; run < runs; run++) {
    const { last, earlier } = history(Array.from({ length: 11 }, () => ({
      avg_bitrate_kbps: random.around(5000, 0.3),
      peak_gpu_temp: random.around(70, 0.2),
      dropped_frames: Math.round(random.next() * 20_000),
    })));
    sentences += findTrends(last, earlier).length;
  }
  // Three noisy figures, each wrong in at most one of fifty cases.
  assert.ok(sentences <= runs * 3 * 0.02, `${sentences} of ${runs * 3}`);
  assert.ok(sentences > 0, "the test would see a trend");
});
