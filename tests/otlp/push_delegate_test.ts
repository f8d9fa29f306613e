import assert from "node:assert/strict";
import { OTLP_METRICS } from "../../sidecar/otlp/otlp_metrics.ts";
import { resourceOf, toResourceMetrics } from "../../sidecar/otlp/metric_points.ts";
import { openPush } from "../../sidecar/otlp/open_push.ts";
import { STREAMER } from "./export_rig.ts";

Deno.test("what cannot be written is refused without a request, and what comes after it is sent", async () => {
  let requests = 0;
  const push = openPush({
    target: {
      place: { url: new URL("https://backend.test/v1/metrics"), host: "backend.test" },
      authorization: null,
      headers: [],
    },
    protocol: "http/json",
    fetch: () => {
      requests++;
      return Promise.resolve(Response.json({}));
    },
    now: () => 0,
    signal: new AbortController().signal,
    deadlineMs: 1000,
  });
  const [metric] = OTLP_METRICS;
  assert.ok(metric);
  const at = (seconds: number) =>
    toResourceMetrics([{
      metric,
      point: { startTime: [seconds, 0], endTime: [seconds, 0], attributes: {}, value: 1 },
    }], resourceOf(STREAMER));
  assert.equal((await push(at(NaN))).kind, "refused");
  assert.equal(requests, 0);
  assert.equal((await push(at(1))).kind, "accepted");
  assert.equal(requests, 1);
});
