import assert from "node:assert/strict";
import * as v from "valibot";
import { HistorySchema } from "../../shared/api.ts";
import type { HistoryQuery, HistorySource } from "../../sidecar/history/history_source.ts";
import { startApi } from "./api_fixture.ts";

const NOW_MS = 1_795_370_000_000;

/** A source that knows one figure, and keeps what it was asked. */
function source(): HistorySource & { asked: ({ metric: string } & HistoryQuery)[] } {
  const asked: ({ metric: string } & HistoryQuery)[] = [];
  return {
    asked,
    read(metric, query) {
      asked.push({ metric, ...query });
      return metric.startsWith("obs.") ? { metric, unit: "/s", points: [[1, 2, 3, 4]] } : null;
    },
  };
}

const clock = { now: () => NOW_MS, monotonic: () => performance.now() };

Deno.test("asks for the last 15 minutes in 450 points unless the query says otherwise", async () => {
  const history = source();
  await using api = await startApi({ history, clock });
  const answer = await api.get("/api/v1/history?metric=obs.active_fps");
  assert.deepEqual(v.parse(HistorySchema, await answer.json()).points, [[1, 2, 3, 4]]);
  const id = encodeURIComponent("obs.outputs.my output.1 ü&=.bitrate_kbps");
  await (await api.get(`/api/v1/history?to=2000&points=5000&from=1000&metric=${id}`)).body
    ?.cancel();
  await (await api.get("/api/v1/history?metric=obs.x&to=1000")).body?.cancel();
  assert.deepEqual(history.asked, [
    { metric: "obs.active_fps", fromMs: NOW_MS - 900_000, toMs: NOW_MS, points: 450 },
    { metric: "obs.outputs.my output.1 ü&=.bitrate_kbps", fromMs: 1000, toMs: 2000, points: 5000 },
    { metric: "obs.x", fromMs: 0, toMs: 1000, points: 450 },
  ]);
});

Deno.test("refuses a query that makes no sense, and asks nothing", async () => {
  const history = source();
  await using api = await startApi({ history, clock });
  const queries: [string, RegExp][] = [
    ["", /Say which figure/],
    ["?metric=", /Say which figure/],
    ["?metric=obs.a&from=2&to=1", /from must not be later/],
    [`?metric=obs.a&from=${NOW_MS + 1}`, /from must not be later/],
    ["?metric=obs.a&points=0", /points must be/],
    ["?metric=obs.a&points=5001", /points must be/],
    ["?metric=obs.a&points=1.5", /points must be/],
    ["?metric=obs.a&points=", /points must be/],
    ["?metric=obs.a&from=-1", /from must be a time/],
    ["?metric=obs.a&from=1e3", /from must be a time/],
    ["?metric=obs.a&to=9999999999999999", /to must be a time/],
    ["?metric=obs.a&to=NaN", /to must be a time/],
    ["?metric=obs.a&metric=obs.b", /metric stands there twice/],
    ["?metric=obs.a&points=1&points=1", /points stands there twice/],
    ["?metric=obs.a&points%5B%5D=1", /no parameter "points\[\]"/],
    ["?metric=obs.a&__proto__=1", /no parameter "__proto__"/],
  ];
  for (const [query, pattern] of queries) {
    const answer = await api.get(`/api/v1/history${query}`);
    assert.equal(answer.status, 422, query);
    assert.match((await answer.json()).detail, pattern, query);
  }
  assert.deepEqual(history.asked, []);
});

Deno.test("names a figure that is not kept, without what could be hostile in it", async () => {
  await using api = await startApi({ history: source(), clock });
  const metric = encodeURIComponent(`a\u202e\n${"x".repeat(2000)}`);
  const answer = await api.get(`/api/v1/history?metric=${metric}`);
  assert.equal(answer.status, 404);
  const { detail } = await answer.json();
  assert.match(detail, /^No figure "a x{117}…" is kept over time\.$/);
});
