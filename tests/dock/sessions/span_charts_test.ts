import assert from "node:assert/strict";
import type { History, HistoryPoint } from "../../../shared/api.ts";
import { SpanCharts } from "../../../dock/models/sessions/span_charts.ts";
import { settle } from "../fake_timers.ts";

const WHOLE = { from: 0, to: 3_600_000 };

function series(metric: string, points: HistoryPoint[]): History {
  return { metric, unit: "%", points };
}

/** A point a minute, with a spike at 30. */
function hour(metric: string): History {
  return series(
    metric,
    Array.from({ length: 60 }, (_, i) => [i * 60_000, 1, 2, i === 30 ? 90 : 3]),
  );
}

function world() {
  const asked: string[] = [];
  const answers: ((history: History | null) => void)[] = [];
  const charts = new SpanCharts({
    whole: WHOLE,
    api: {
      history: (metric, { from, to }) =>
        new Promise((resolve, reject) => {
          asked.push(`${metric} ${from / 60_000}-${to / 60_000}`);
          answers.push((history) =>
            history === null ? reject(new Error("gone")) : resolve(history)
          );
        }),
    },
  });
  charts.fill([hour("a")]);
  return { asked, answers, charts };
}

Deno.test("tells least, mean and most of what is shown", async () => {
  const { charts, answers } = world();
  assert.deepEqual(charts.summary("a"), { now: null, least: 1, mean: 2, most: 90 });
  charts.zoom({ from: 600_000, to: 1_200_000 });
  assert.equal(charts.summary("a").most, 3);
  assert.deepEqual(charts.summary("b"), { now: null, least: null, mean: null, most: null });
  answers[0]?.(null);
  await settle();
});

Deno.test("zooms at once, then with finer points", async () => {
  const { asked, answers, charts } = world();
  charts.zoom({ from: 1_740_000, to: 1_860_000 });
  assert.deepEqual(charts.span, { from: 1_740_000, to: 1_860_000 });
  assert.equal(charts.trace("a").points.length, 60);
  assert.deepEqual(asked, ["a 29-31"]);
  const fine = Array.from({ length: 24 }, (_, i): HistoryPoint => [1_740_000 + i * 5000, 1, 2, 3]);
  answers[0]?.(series("a", fine));
  await settle();
  assert.equal(charts.trace("a").points, fine);
  charts.reset();
  assert.deepEqual(charts.span, WHOLE);
  assert.equal(charts.trace("a").points.length, 60);
});

Deno.test("keeps the session's own points where nothing finer is left", async () => {
  const { answers, charts } = world();
  charts.zoom({ from: 1_200_000, to: 2_400_000 });
  answers[0]?.(series("a", [[1_200_000, 0, 0, 0]]));
  await settle();
  assert.equal(charts.trace("a").points.length, 60);
});

Deno.test("keeps the line between two points where nothing finer is left", async () => {
  const { answers, charts } = world();
  charts.zoom({ from: 1_210_000, to: 1_250_000 });
  assert.equal(charts.trace("a").points.length, 60);
  answers[0]?.(series("a", []));
  await settle();
  assert.equal(charts.trace("a").points.length, 60);
});

Deno.test("a late answer changes nothing of what is shown by then", async () => {
  const { answers, charts } = world();
  charts.zoom({ from: 0, to: 600_000 });
  charts.reset();
  const version = charts.version.value;
  answers[0]?.(series("a", Array.from({ length: 99 }, (_, i) => [i * 6000, 7, 7, 7])));
  await settle();
  assert.equal(charts.version.value, version);
  assert.equal(charts.summary("a").mean, 2);
});

Deno.test("stays within the whole, and shows 30 s at least", async () => {
  const { answers, charts } = world();
  charts.zoom({ from: -900_000, to: 300_000 });
  assert.deepEqual(charts.span, { from: 0, to: 300_000 });
  charts.zoom({ from: 600_000, to: 600_000 });
  assert.deepEqual(charts.span, { from: 585_000, to: 615_000 });
  for (const answer of answers) answer(null);
  await settle();
});

Deno.test("a silence longer than the usual step is a gap, at the crosshair too", () => {
  const { charts } = world();
  charts.fill([
    series("a", [[0, 1, 1, 1], [10_000, 2, 2, 2], [20_000, 3, 3, 3], [90_000, 4, 4, 4]]),
  ]);
  assert.equal(charts.trace("a").gapMs, 25_000);
  assert.equal(charts.at("a", 12_000), 2);
  assert.equal(charts.at("a", 44_000), 3);
  assert.equal(charts.at("a", 46_000), null);
  assert.equal(charts.at("a", -1), null);
  assert.equal(charts.unitOf("a"), "%");
  assert.equal(charts.unitOf("b"), null);
});

Deno.test("loads figures, and leaves out what cannot be had", async () => {
  const { asked, answers, charts } = world();
  const loading = charts.load(["b", "c", "d"]);
  answers[0]?.(hour("b"));
  await settle();
  answers[1]?.(null);
  await settle();
  answers[2]?.(series("d", []));
  await loading;
  assert.deepEqual(asked, ["b 0-60", "c 0-60", "d 0-60"]);
  assert.deepEqual(["a", "b", "c", "d"].map((metric) => charts.unitOf(metric)), [
    null,
    "%",
    null,
    null,
  ]);
});
