import assert from "node:assert/strict";
import type { Telemetry } from "../../shared/telemetry.ts";
import { startApi, until } from "./api_fixture.ts";
import { exampleTelemetry } from "./example_telemetry.ts";

/** Reads a stream of events until `done` holds for what came so far. */
async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  done: (text: string) => boolean,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (!done(text)) {
    const { value, done: ended } = await reader.read();
    if (ended) throw new Error(`The stream ended after ${JSON.stringify(text)}`);
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

Deno.test("healthz says that the sidecar answers, without a token", async () => {
  await using api = await startApi();
  const answer = await fetch(`${api.origin}/healthz`);
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), '{"status":"ok"}');
});

Deno.test("telemetry is the latest snapshot as it was encoded, and 503 before the first", async () => {
  await using api = await startApi();
  api.show(exampleTelemetry({ sequence: 321 }));
  const answer = await api.get("/api/v1/telemetry");
  assert.equal(answer.headers.get("content-type"), "application/json");
  assert.deepEqual(await answer.json(), exampleTelemetry({ sequence: 321 }));
  await using early = await startApi({ latest: () => null });
  const refused = await early.get("/api/v1/telemetry");
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.match((await refused.json()).detail, /Try again/);
});

Deno.test("metrics are the latest snapshot in a scraper's format, and 503 before the first", async () => {
  const type = "text/plain; version=0.0.4; charset=utf-8";
  const scrapeFormat = () =>
    Promise.resolve({ type, text: (telemetry: Telemetry) => `sequence ${telemetry.sequence}\n` });
  await using api = await startApi({ scrapeFormat });
  api.show(exampleTelemetry({ sequence: 321 }));
  const answer = await api.get("/metrics");
  assert.equal(answer.headers.get("content-type"), type);
  assert.equal(await answer.text(), "sequence 321\n");
  const posted = await api.get("/metrics", { method: "POST" });
  await posted.body?.cancel();
  assert.deepEqual([posted.status, posted.headers.get("allow")], [405, "GET, HEAD"]);
  const stranger = await fetch(`${api.origin}/metrics`);
  await stranger.body?.cancel();
  assert.equal(stranger.status, 401);
  await using early = await startApi({ latest: () => null, scrapeFormat });
  const refused = await early.get("/metrics");
  await refused.body?.cancel();
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "1"]);
});

Deno.test("events stream each snapshot, and the place is free when the client leaves", async () => {
  await using api = await startApi();
  const answer = await api.get("/api/v1/events");
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  assert.ok(answer.body);
  const reader = answer.body.getReader();
  const first = await readUntil(reader, (text) => text.split("\n\n").length > 2);
  assert.match(
    first,
    /^event: config\nid: config-1\ndata: \{"build":"source","tick_ms":500,"theme":"dark","version":""\}\n\nevent: telemetry\n/,
  );
  api.show(exampleTelemetry({ sequence: 101 }));
  await readUntil(reader, (text) => text.includes("\nid: 101\n") && text.endsWith("\n\n"));
  api.live.publish("alert", { id: "x" });
  await readUntil(reader, (text) => text.includes("event: alert\n") && text.endsWith("\n\n"));
  await reader.cancel();
  await until(() => api.live.subscribers() === 0);
});

Deno.test("refuses a ninth event stream until one of eight has ended", async () => {
  await using api = await startApi();
  const streams = await Promise.all(
    Array.from({ length: 8 }, () => api.get("/api/v1/events")),
  );
  const ninth = await api.get("/api/v1/events");
  assert.equal(ninth.status, 429);
  assert.equal(ninth.headers.get("content-type"), "application/problem+json");
  assert.match((await ninth.json()).detail, /Close one of them/);
  await streams[0]?.body?.cancel();
  await until(() => api.live.subscribers() === 7);
  streams.push(await api.get("/api/v1/events"));
  assert.equal(streams[8]?.status, 200);
  await Promise.all(streams.slice(1).map((stream) => stream.body?.cancel()));
});

Deno.test("every answer carries the security headers and none of CORS", async () => {
  await using api = await startApi();
  const paths = ["/", "/main.js", "/healthz", "/nothing", "/api/v1/telemetry", "/api/v1/nothing"];
  for (const path of paths) {
    const answer = await api.get(path, { headers: { origin: api.origin } });
    await answer.body?.cancel();
    assert.equal(
      answer.headers.get("content-security-policy"),
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
        "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
    assert.equal(answer.headers.get("cross-origin-resource-policy"), "same-origin");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("says how to build the dock where its files are missing", async () => {
  const { createDockFiles } = await import("../../sidecar/api/dock_files.ts");
  const messages: string[] = [];
  const { silentLog } = await import("../../sidecar/log/log.ts");
  await using api = await startApi({
    dockFiles: createDockFiles({ base: new URL("file:///nowhere/") }),
    log: { ...silentLog, error: (message) => messages.push(message) },
  });
  const answer = await api.get("/");
  assert.equal(answer.status, 503);
  assert.match((await answer.json()).detail, /deno task build/);
  assert.match(messages[0] ?? "", /Cannot read the dock's file/);
});

Deno.test("hides the sidecar's own faults behind a 500", async () => {
  await using api = await startApi({
    latest() {
      throw new Error("canary");
    },
  });
  const answer = await api.get("/api/v1/telemetry");
  assert.equal(answer.status, 500);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.ok(!(await answer.text()).includes("canary"));
});
