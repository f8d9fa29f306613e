import assert from "node:assert/strict";
import * as v from "valibot";
import { type AlertRecord, AlertsSchema } from "../../shared/alert.ts";
import type { AlertQuery } from "../../sidecar/history/alert_store.ts";
import { startApi } from "./api_fixture.ts";

const ALERT: AlertRecord = {
  id: "render_lag",
  uid: "one",
  state: "firing",
  severity: "warning",
  message: "GPU: 2 % of the frames are rendered late.",
  metric: null,
  value: null,
  since: 1000,
  fired_at: 6000,
  resolved_at: null,
};

/** A list that keeps what it was asked. */
function source() {
  const asked: AlertQuery[] = [];
  return {
    asked,
    list(query: AlertQuery) {
      asked.push(query);
      return [ALERT];
    },
  };
}

Deno.test("answers with the alerts of a state and a time, 100 unless the query says more", async () => {
  const alerts = source();
  await using api = await startApi({ alerts });
  const answer = await api.get("/api/v1/alerts");
  assert.deepEqual(v.parse(AlertsSchema, await answer.json()), { alerts: [ALERT] });
  await (await api.get("/api/v1/alerts?limit=1000&to=2000&from=1000&state=resolved")).body
    ?.cancel();
  assert.deepEqual(alerts.asked, [
    { fromMs: 0, toMs: 8.64e15, limit: 100 },
    { state: "resolved", fromMs: 1000, toMs: 2000, limit: 1000 },
  ]);
});

Deno.test("refuses a query for alerts that makes no sense, and asks nothing", async () => {
  const alerts = source();
  await using api = await startApi({ alerts });
  const queries: [string, RegExp][] = [
    ["?state=", /state must be one of pending, firing, resolved/],
    ["?state=Firing", /state must be/],
    ["?state=firing&state=resolved", /state stands there twice/],
    ["?from=2&to=1", /from must not be later/],
    ["?from=-1", /from must be a time/],
    ["?to=1e3", /to must be a time/],
    ["?to=9999999999999999", /to must be a time/],
    ["?limit=0", /limit must be/],
    ["?limit=1001", /limit must be/],
    ["?limit=", /limit must be/],
    ["?metric=obs.a", /no parameter "metric"/],
    ["?__proto__=1", /no parameter "__proto__"/],
  ];
  for (const [query, pattern] of queries) {
    const answer = await api.get(`/api/v1/alerts${query}`);
    assert.equal(answer.status, 422, query);
    assert.match((await answer.json()).detail, pattern, query);
  }
  const posted = await api.get("/api/v1/alerts", { method: "POST" });
  await posted.body?.cancel();
  assert.equal(posted.status, 405);
  assert.deepEqual(alerts.asked, []);
});
