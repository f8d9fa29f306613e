import assert from "node:assert/strict";
import { startStreamServer } from "../../sidecar/demo/stream_server.ts";
import { lookAtServer } from "../../sidecar/preflight/network/look_at_server.ts";
import { systemNetwork } from "../../sidecar/rtmp/network.ts";
import { systemClock } from "../../sidecar/time/clock.ts";

Deno.test("the demo's server passes the check of a connection, and ends with it open", async () => {
  const server = startStreamServer();
  const { hostname, port } = new URL(server.url.replace("rtmp:", "http:"));
  using visitor = await Deno.connect({ hostname, port: Number(port) });
  try {
    const { findings, reached } = await lookAtServer(server.url, {
      access: { network: systemNetwork, clock: systemClock, stepMs: 5000, caCerts: [] },
      context: { signal: new AbortController().signal, progress: () => {} },
    });
    assert.ok(reached, JSON.stringify(findings));
    assert.match(findings[0]?.seen ?? "", /^127\.0\.0\.1 answers: /);
  } finally {
    server.close();
  }
  assert.equal(await visitor.read(new Uint8Array(1)), null);
});

Deno.test("the demo's server leaves a client that speaks something else", async () => {
  const server = startStreamServer();
  try {
    const { hostname, port } = new URL(server.url.replace("rtmp:", "http:"));
    using visitor = await Deno.connect({ hostname, port: Number(port) });
    await visitor.write(new TextEncoder().encode("GET / HTTP/1.1\r\n".padEnd(1537)));
    assert.equal(await visitor.read(new Uint8Array(1)), null);
  } finally {
    server.close();
  }
});
