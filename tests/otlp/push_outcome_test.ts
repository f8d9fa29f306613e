import assert from "node:assert/strict";
import { readAnswer } from "../../sidecar/otlp/answer.ts";
import { outcomeOf, type PushOutcome } from "../../sidecar/otlp/push_outcome.ts";

const NOW = Date.UTC(2026, 10, 22, 20, 0, 0);
const JSON_TYPE = { "content-type": "application/json" };
const PROTOBUF_TYPE = { "content-type": "application/x-protobuf" };
const HTML_TYPE = { "content-type": "text/html; charset=utf-8" };

async function outcome(
  body: BodyInit | null,
  init: ResponseInit,
  { newestMs = NOW - 5000 } = {},
): Promise<PushOutcome> {
  const response = new Response(body, init);
  const answer = await readAnswer(response);
  return outcomeOf({
    ...{ response, answer, rejectedOf: () => 0, host: "backend.test", now: NOW, newestMs },
    ...{ protocol: "http/protobuf", withToken: true },
  });
}

/** A partial success with a message of so many characters, as protobuf. */
function partialSuccess(chars: number): Uint8Array<ArrayBuffer> {
  const length = [(chars & 0x7f) | 0x80, ((chars >> 7) & 0x7f) | 0x80, chars >> 14];
  const text = new TextEncoder().encode("x".repeat(chars));
  const inner = chars + 4;
  const innerLength = [(inner & 0x7f) | 0x80, ((inner >> 7) & 0x7f) | 0x80, inner >> 14];
  return Uint8Array.from([0x0a, ...innerLength, 0x12, ...length, ...text]);
}

Deno.test("takes nothing but an OTLP response for a yes", async () => {
  const yes: [BodyInit | null, ResponseInit][] = [
    [null, { status: 200 }],
    [null, { status: 204 }],
    ["", { headers: { "content-type": "text/plain" } }],
    ["{}", { headers: JSON_TYPE }],
    ['{"partialSuccess":{}}', { headers: { "content-type": "application/json; charset=utf-8" } }],
    [partialSuccess(40_000), { headers: PROTOBUF_TYPE }],
    [partialSuccess(40_000), {}],
  ];
  for (const [body, init] of yes) {
    assert.equal((await outcome(body, init)).kind, "accepted", String(body).slice(0, 40));
  }
  const no: [BodyInit, ResponseInit][] = [
    ['{"error":"no such route"}', { headers: JSON_TYPE }],
    ['"ok"', { headers: JSON_TYPE }],
    ["[]", { headers: JSON_TYPE }],
    ["null", { headers: JSON_TYPE }],
    ["{", { headers: JSON_TYPE }],
    ["welcome", { headers: { "content-type": "text/plain" } }],
    ["{}", { headers: { "content-type": "text/plain" } }],
    ["welcome", { headers: PROTOBUF_TYPE }],
    [partialSuccess(20_000).subarray(0, 9000), { headers: PROTOBUF_TYPE }],
  ];
  for (const [body, init] of no) {
    const { kind, message } = await outcome(body, init);
    assert.equal(kind, "misdirected", String(body).slice(0, 40));
    assert.match(message ?? "", /backend\.test .* no OTLP \(200\)\. Check grafana\.api_url/);
  }
});

Deno.test("keeps what is refused because this PC's clock is ahead", async () => {
  for (
    const text of [
      "out of bounds: timestamp is too far in the future",
      "received a sample whose timestamp is too far in the future (err-mimir-too-far-in-future)",
    ]
  ) {
    const { kind, message } = await outcome(text, { status: 400 });
    assert.equal(kind, "busy");
    assert.match(message ?? "", /this PC's clock is ahead.*Set it right/);
    // The clock was set right since: the figures' time will be wrong for ever.
    const past = await outcome(text, { status: 400 }, { newestMs: NOW + 2 * 3_600_000 });
    assert.equal(past.kind === "refused" && past.isTooOld, false);
    assert.equal(past.kind, "refused");
    assert.match(past.message, /clock was ahead/);
  }
});

Deno.test("knows how backends say that figures are too old", async () => {
  for (
    const text of [
      "out of order sample",
      "out of bounds",
      "too old sample",
      "the sample has been rejected because its timestamp is too old (err-mimir-sample-timestamp-too-old)",
    ]
  ) {
    const found = await outcome(text, { status: 400 });
    assert.ok(found.kind === "refused" && found.isTooOld, text);
  }
});

Deno.test("a web page that tells of trouble is trouble, not a wrong address", async () => {
  for (const status of [429, 502, 503, 504]) {
    const { kind, message } = await outcome("<html>Bad Gateway", { status, headers: HTML_TYPE });
    assert.equal(kind, "busy");
    assert.match(message ?? "", new RegExp(`(?:too busy|trouble of its own).*\\(${status}\\)`));
    assert.doesNotMatch(message ?? "", /web page/);
  }
});

Deno.test("believes the backend's own clock when it names a date to wait for", async () => {
  const headers = {
    "retry-after": "Sun, 22 Nov 2026 19:02:00 GMT",
    date: "Sun, 22 Nov 2026 19:00:00 GMT",
  };
  const found = await outcome(null, { status: 503, headers });
  assert.ok(found.kind === "busy");
  assert.equal(found.waitMs, 120_000);
});
