import assert from "node:assert/strict";
import type { AlertRecord } from "../../../shared/alert.ts";
import { type AlertQuery, ApiError } from "../../../dock/api.ts";
import { AlertPage } from "../../../dock/models/sessions/alert_page.ts";
import { at, exampleAlert, exampleOutputs, exampleSeries, INCIDENT } from "../example_session.ts";

function world(alerts: AlertRecord[]) {
  const state = { alerts, failure: null as ApiError | null, queries: [] as AlertQuery[] };
  const page = new AlertPage({
    api: {
      alerts(query) {
        state.queries.push(query);
        if (state.failure !== null) return Promise.reject(state.failure);
        const { to = Infinity, limit } = query;
        return Promise.resolve(state.alerts.filter(({ since }) => since <= to).slice(0, limit));
      },
      history: (metric, span) => Promise.resolve(exampleSeries(metric, span)),
    },
    now: () => at(23, 0),
    sessionsAt: (atMs) => atMs > at(19, 2) ? exampleOutputs() : [],
  });
  const uids = () => page.alerts.value.map(({ uid }) => uid);
  return { state, page, uids };
}

Deno.test("lists what fires first, and leaves out what was never told", async () => {
  const { page, uids } = world([
    exampleAlert({ uid: "over" }),
    exampleAlert({ uid: "now", state: "firing", resolved_at: null }),
  ]);
  await page.read();
  assert.deepEqual(uids(), ["now", "over"]);
  const hidden = world([exampleAlert({ state: "pending", fired_at: null, resolved_at: null })]);
  await hidden.page.read();
  assert.deepEqual(hidden.uids(), []);
});

/** Alerts, newest first, of which `together` begin at the same moment each. */
function manyAlerts(count: number, together = 1): AlertRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const since = at(20, 0) - Math.floor(i / together) * 1000;
    return exampleAlert({ uid: `${i}`, since });
  });
}

Deno.test("reads older ones once each, until there are none", async () => {
  for (const together of [1, 3]) {
    const all = manyAlerts(230, together);
    const { page, uids, state } = world(all);
    await page.read();
    assert.deepEqual([uids().length, page.hasMore.value], [100, true]);
    await page.more();
    assert.equal(page.hasMore.value, true);
    await page.read();
    await page.more();
    assert.deepEqual(uids(), all.map(({ uid }) => uid));
    assert.equal(page.hasMore.value, false);
    assert.deepEqual(state.queries[1], { from: 0, to: all[99]?.since, limit: 100 });
  }
});

Deno.test("offers no older ones where there are none", async () => {
  for (const count of [0, 1, 99]) {
    const { page } = world(manyAlerts(count));
    await page.read();
    assert.equal(page.hasMore.value, false);
    await page.read();
    assert.equal(page.hasMore.value, false);
  }
});

Deno.test("shows five minutes before an alert and two after it", async () => {
  const alert = exampleAlert();
  const { page } = world([alert]);
  await page.read();
  await page.toggle(alert);
  assert.deepEqual(page.charts.value?.span, {
    from: INCIDENT.from - 300_000,
    to: INCIDENT.to + 120_000,
  });
  assert.deepEqual(page.specs(null)[0]?.lines.map(({ label }) => label), ["Twitch", "YouTube"]);
  await page.toggle(alert);
  assert.deepEqual([page.opened.value, page.charts.value], [null, null]);
});

Deno.test("an alert outside every session shows the output that it is about", async () => {
  const alert = exampleAlert({
    metric: "obs.outputs.simple_stream.bitrate_kbps",
    since: at(19, 2),
    resolved_at: at(19, 5),
  });
  const { page } = world([alert]);
  await page.toggle(alert);
  assert.deepEqual(page.specs(null)[0]?.lines.map(({ label }) => label), ["simple_stream"]);
});

Deno.test("says why alerts cannot be read", async () => {
  const { page, state } = world([]);
  state.failure = new ApiError("The history cannot be opened.", { status: 503 });
  await page.read();
  assert.deepEqual([page.isLoaded.value, page.problem.value], [
    false,
    "The history cannot be opened.",
  ]);
});
