import assert from "node:assert/strict";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { extraHeaders } from "../../sidecar/otlp/extra_headers.ts";
import { createPushDelegate } from "../../sidecar/otlp/push_delegate.ts";

Deno.test("reads headers from lines, whichever their ends", () => {
  assert.deepEqual(extraHeaders("X-Scope-OrgID: team a\r\n\n  x-key:v:w \n"), [
    ["x-scope-orgid", "team a"],
    ["x-key", "v:w"],
  ]);
  const most = Array.from({ length: 16 }, (_, i) => `x-${i}: ${i}`);
  assert.equal(extraHeaders(most.join("\n")).length, 16);
  assert.match(String(extraHeaders([...most, "x: y"].join("\n"))), /16 headers at most.*are 17/);
});

Deno.test("refuses what a header cannot hold, and what is the sidecar's own, without a value", () => {
  const refused: [string, RegExp][] = [
    ["", /no header/],
    [" \n ", /no header/],
    ["canary", /1 is no header/],
    [": canary", /1 is no header/],
    ["x y: canary", /1 is no header/],
    ["a: b\n\nx : canary", /2 is no header/],
    ["ключ: canary", /1 is no header/],
    ["x:", /no value/],
    ["x: canary\u0000", /cannot hold/],
    ["x: canary\rAuthorization: b", /cannot hold/],
    ["x: canary\u2028y: z", /cannot hold/],
    ["x: canary-ключ", /cannot hold/],
    ["a: b\nAUTHORIZATION: canary", /2 has a name that the sidecar sets/],
    ["Proxy-Authorization: canary", /sidecar sets/],
    ["Host: canary", /sidecar sets/],
    ["content-anything: canary", /sidecar sets/],
    ["Transfer-Encoding: canary", /sidecar sets/],
    ["x: canary\nX: canary", /2 is there twice/],
    [`x: ${"canary".repeat(1000)}`, /too long/],
  ];
  for (const [text, pattern] of refused) {
    const problem = extraHeaders(text);
    assert.ok(typeof problem === "string", text);
    assert.match(problem, pattern);
    assert.doesNotMatch(problem, /canary/);
  }
});

Deno.test("sends them with every push, beside its own", async () => {
  const sent: Headers[] = [];
  const delegate = createPushDelegate({
    target: {
      place: { url: new URL("https://backend.test/v1/metrics"), host: "backend.test" },
      authorization: "Bearer token",
      headers: [["x-scope-orgid", "team"]],
    },
    protocol: "http/json",
    fetch: (_url, init) => {
      sent.push(new Headers(init.headers));
      return Promise.resolve(Response.json({}));
    },
    now: () => 0,
    signal: new AbortController().signal,
    deadlineMs: 1000,
    settled() {},
  });
  const done = Promise.withResolvers<void>();
  delegate.export(
    { resource: resourceFromAttributes({}), scopeMetrics: [] },
    () => done.resolve(),
  );
  await done.promise;
  assert.equal(sent[0]?.get("x-scope-orgid"), "team");
  assert.equal(sent[0]?.get("authorization"), "Bearer token");
});
