import assert from "node:assert/strict";
import { createFollower, RefusedError } from "../../dock/client.ts";
import type { SseEvent } from "../../dock/sse.ts";
import { startApi } from "../api/api_fixture.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";

/** Makes fetch ask one server, as a page's fetch asks the page's own. */
function fetchFrom(origin: string): (url: string, init: RequestInit) => Promise<Response> {
  return (url, init) => fetch(new URL(url, origin), init);
}

Deno.test("follows the API's events until the sidecar ends them", async () => {
  await using api = await startApi();
  const follow = createFollower({ token: api.token.value(), fetch: fetchFrom(api.origin) });
  const events: SseEvent[] = [];
  const { signal } = new AbortController();
  await follow({
    signal,
    onEvent(event) {
      events.push(event);
      if (event.id === "100") api.show(exampleTelemetry({ sequence: 101 }));
      if (event.id === "101") api.live.endStreams();
    },
  });
  assert.deepEqual(events.map(({ name, id }) => [name, id]), [
    ["config", "config-1"],
    ["telemetry", "100"],
    ["telemetry", "101"],
  ]);
  assert.deepEqual(JSON.parse(events[2]?.data ?? ""), exampleTelemetry({ sequence: 101 }));
});

Deno.test("stops when its signal aborts", async () => {
  await using api = await startApi();
  const follow = createFollower({ token: api.token.value(), fetch: fetchFrom(api.origin) });
  const abort = new AbortController();
  await assert.rejects(
    follow({ signal: abort.signal, onEvent: () => abort.abort() }),
    { name: "AbortError" },
  );
});

/** The refusal that a scripted answer leads to. */
async function refusalOf(answer: Response): Promise<RefusedError> {
  const follow = createFollower({ token: "t", fetch: () => Promise.resolve(answer) });
  const { signal } = new AbortController();
  try {
    await follow({ signal, onEvent: () => {} });
  } catch (error) {
    assert.ok(error instanceof RefusedError);
    return error;
  }
  throw new Error("was not refused");
}

Deno.test("hands on what the sidecar says to a wrong token", async () => {
  await using api = await startApi();
  const follow = createFollower({ token: "old", fetch: fetchFrom(api.origin) });
  const { signal } = new AbortController();
  await assert.rejects(follow({ signal, onEvent: () => {} }), {
    name: "RefusedError",
    status: 401,
    message: /deno task dock/,
  });
});

Deno.test("knows another program at the sidecar's port", async () => {
  const page = await refusalOf(new Response("<p>", { headers: { "content-type": "text/html" } }));
  assert.equal(page.status, 200);
  assert.match(page.message, /Another program/);
  const missing = await refusalOf(new Response("no", { status: 404 }));
  assert.equal(missing.status, 404);
});

Deno.test("reads how long to wait, unless it is nonsense", async () => {
  for (const [text, seconds] of [["7", 7], ["soon", null], ["-1", null], ["", null]] as const) {
    const answer = new Response("{}", {
      status: 429,
      headers: { "retry-after": text, "content-type": "application/problem+json" },
    });
    assert.equal((await refusalOf(answer)).retryAfterSeconds, seconds);
  }
});
