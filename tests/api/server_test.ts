import assert from "node:assert/strict";
import { silentLog } from "../../sidecar/log/log.ts";
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { createHeartbeat } from "../../sidecar/time/heartbeat.ts";
import { startApi, until } from "./api_fixture.ts";

function holdPort(): Deno.Listener & { port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return Object.assign(listener, { port: listener.addr.port });
}

Deno.test("listens at 127.0.0.1 alone", async () => {
  await using api = await startApi();
  assert.deepEqual(api.server.state(), { listening: true, port: api.port, problem: null });
  const others = Deno.networkInterfaces()
    .filter(({ family, address }) => family === "IPv4" && !address.startsWith("127."))
    .map(({ address }) => address);
  const hosts = Deno.build.os === "linux" ? ["127.0.0.2", ...others] : others;
  for (const hostname of hosts) {
    await assert.rejects(Deno.connect({ hostname, port: api.port }), Deno.errors.ConnectionRefused);
  }
});

Deno.test("goes on without a taken port, then serves there with a new token", async () => {
  const holder = holdPort();
  const warnings: string[] = [];
  await using api = await startApi({
    port: holder.port,
    retryMs: 20,
    log: { ...silentLog, warn: (message) => warnings.push(message) },
  });
  const first = api.token.value();
  assert.equal(api.server.state().listening, false);
  assert.match(api.server.state().problem ?? "", new RegExp(`Port ${holder.port} is used`));
  // At once, so that a restart of the sidecar finds a new one too.
  await until(() => api.token.value() !== first);
  const second = api.token.value();
  assert.equal(warnings.length, 1);
  holder.close();
  await until(() => api.server.state().listening);
  assert.ok(![first, second].includes(api.token.value()));
  assert.equal(api.server.state().problem, null);
  assert.equal(warnings.length, 2);
  assert.match(warnings[1] ?? "", /deno task dock/);
  assert.ok(!warnings.join().includes(api.token.value()), "the token is in the log");
  const old = await fetch(`${api.origin}/api/v1/telemetry`, {
    headers: { authorization: `Bearer ${second}` },
  });
  assert.equal(old.status, 401);
  await old.body?.cancel();
  const answer = await api.get("/api/v1/telemetry");
  assert.equal(answer.status, 200);
  await answer.body?.cancel();
});

Deno.test("stays off where the port was taken and the token cannot be changed", async () => {
  const holder = holdPort();
  let broken = true;
  let value = "old";
  const token = {
    value: () => value,
    matches: (candidate: string) => Promise.resolve(candidate === value),
    refresh: () => Promise.resolve(false),
    follow: () => ({ [Symbol.dispose]() {} }),
    rotate() {
      if (broken) return Promise.reject(new Error("read-only"));
      value = "new";
      return Promise.resolve();
    },
  };
  await using api = await startApi({ port: holder.port, retryMs: 20, token });
  holder.close();
  await until(() => /may know the token/.test(api.server.state().problem ?? ""));
  assert.equal(api.server.state().listening, false);
  broken = false;
  await until(() => api.server.state().listening);
  assert.equal(value, "new");
});

Deno.test("a rotation elsewhere ends the streams that the old token opened", async () => {
  await using api = await startApi({ heartbeat: createHeartbeat({ everyMs: 20, log: silentLog }) });
  const { openToken } = await import("../../sidecar/api/token.ts");
  const stream = await api.get("/api/v1/events");
  assert.equal(stream.status, 200);
  const old = api.token.value();
  await (await openToken(api.tokenPath)).rotate();
  await withDeadline(stream.text(), { ms: 5000, what: "the end of the stream" });
  const again = await fetch(`${api.origin}/api/v1/events`, {
    headers: { authorization: `Bearer ${old}` },
  });
  assert.equal(again.status, 401);
  await again.body?.cancel();
});

Deno.test("closes at once with streams open, and frees the port", async () => {
  await using api = await startApi();
  const streams = await Promise.all([api.get("/api/v1/events"), api.get("/api/v1/events")]);
  using silent = await Deno.connect({ hostname: "127.0.0.1", port: api.port });
  await silent.write(new TextEncoder().encode("GET /api/v1/ev"));
  await withDeadline(api.server.close(), { ms: 5000, what: "close()" });
  assert.equal(api.server.state().listening, false);
  for (const stream of streams) {
    const ended = stream.text().catch(() => "cut off");
    await withDeadline(ended, { ms: 5000, what: "the end of a stream" });
  }
  Deno.listen({ hostname: "127.0.0.1", port: api.port }).close();
});

Deno.test("closes while it waits for a taken port", async () => {
  const holder = holdPort();
  await using api = await startApi({ port: holder.port, retryMs: 20 });
  await withDeadline(api.server.close(), { ms: 5000, what: "close()" });
  holder.close();
  assert.equal(api.server.state().listening, false);
});
