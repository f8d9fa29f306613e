/** When frames were lost and how many, out of shares over the last minute. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { clusters, losses } from "../../sidecar/report/spans.ts";
import { at, during, evening, START_MS } from "./evening.ts";

const LAG = "obs.recent_render_lagged_percentage";
const STEP = { stepMs: 10_000 };

Deno.test("a burst of any length is found where it was, with the share that it cost", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 120, max: 1200 }),
      fc.integer({ min: 10, max: 600 }),
      fc.integer({ min: 3, max: 95 }),
      (startS, lengthS, percent) => {
        const from = START_MS + startS * 1000;
        const to = from + lengthS * 1000;
        // Less than 1 % of a minute's frames is no trouble.
        fc.pre(percent * Math.min(60, lengthS) / 60 > 1.3);
        const lagged = (ms: number) => ms >= from && ms < to ? percent / 100 : 0;
        const { series } = evening({ minutes: 40, lagged });
        const points = series.find(({ metric }) => metric === LAG)?.points ?? [];
        const [found, ...more] = losses(points, 1, STEP);
        assert.deepEqual(more, []);
        assert.ok(found !== undefined);
        assert.ok(Math.abs(found.from - from) <= 12_000, `begin ${found.from - from}`);
        assert.ok(Math.abs(found.to - to) <= 15_000, `end ${found.to - to}`);
        const lost = found.share * (found.to - found.from);
        const truly = percent * (to - from);
        assert.ok(found.share === 100 || Math.abs(lost - truly) <= truly * 0.1, `${lost} ${truly}`);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

Deno.test("a burst shortly before the end is found where it was, though its share never fell", () => {
  for (
    const [startS, endS] of [[50, 10], [35, 20], [150, 20], [600, 45], [70, 0], [600, 0]] as const
  ) {
    const seconds = 660;
    const from = START_MS + (seconds - startS) * 1000;
    const to = START_MS + (seconds - endS) * 1000;
    const lagged = (ms: number) => ms >= from && ms < to ? 0.3 : 0;
    const { series } = evening({ minutes: seconds / 60, lagged });
    const points = series.find(({ metric }) => metric === LAG)?.points ?? [];
    const [found, ...more] = losses(points, 1, STEP);
    assert.deepEqual(more, []);
    assert.ok(found !== undefined);
    const about = `${startS} to ${endS} s before the end`;
    assert.ok(Math.abs(found.from - from) <= 12_000, `${about}: begin ${found.from - from}`);
    assert.ok(Math.abs(found.to - to) <= 15_000, `${about}: end ${found.to - to}`);
    assert.ok(Math.abs(found.share - 30) <= 10, `${about}: ${found.share} %`);
  }
});

Deno.test("two bursts with minutes between are two, and what falls slowly is no third", () => {
  const first = during(["20:20", "20:21"], 0.5);
  const second = during(["20:30", "20:32"], 0.03);
  const { series } = evening({
    minutes: 60,
    lagged: (ms) => (first(ms) ?? 0) + (second(ms) ?? 0),
  });
  const found = losses(series.find(({ metric }) => metric === LAG)?.points ?? [], 1, STEP);
  assert.deepEqual(found.map(({ from }) => from), [at("20:20"), at("20:30")]);
});

Deno.test("clusters are few, in order, and hold every span", () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: 0, max: 1e6 }))
    .map(([from, length]) => ({ from, to: from + length }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 200 }), (spans) => {
      const found = clusters(spans);
      assert.ok(found.length <= 8);
      assert.equal(found.flatMap(({ parts }) => parts).length, spans.length);
      for (const [index, { from, to, parts }] of found.entries()) {
        assert.ok(parts.every((part) => part.from >= from && part.to <= to));
        assert.ok(index === 0 || from > (found[index - 1]?.to ?? 0));
      }
    }),
    { seed: 1 },
  );
});
