import assert from "node:assert/strict";
import type { TestResult } from "../../shared/api.ts";
import { testPush, type TestPushOptions } from "../../sidecar/otlp/test_push.ts";
import { metricsPlace } from "../../sidecar/otlp/metrics_url.ts";
import type { Vault } from "../../sidecar/vault/vault.ts";
import { freePort } from "../peers/ports.ts";
import { bytes, withVaultRig } from "../vault/vault_rig.ts";

const TOKEN = "1234:canary-metrics-token";

interface Got {
  path: string;
  headers: Headers;
  body: Uint8Array;
}

/** A backend that answers as a test says, and keeps what it was sent. */
function startBackend(answer: (request: Request) => Response | Promise<Response>) {
  const got: Got[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    got.push({
      path: pathname + search,
      headers: request.headers,
      body: new Uint8Array(await request.arrayBuffer()),
    });
    return await answer(request);
  });
  return {
    got,
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

interface PushRig {
  vault: Vault;
  set(address: string, token?: string, host?: string): Promise<void>;
  /** Tests, and asserts that no secret is in what it says. */
  test(options?: Partial<TestPushOptions>): Promise<TestResult>;
}

function pushTest(name: string, fn: (rig: PushRig) => Promise<void>): void {
  Deno.test(name, () =>
    withVaultRig(async ({ open }) => {
      const vault = open();
      await fn({
        vault,
        async set(address, token, host = "localhost") {
          await vault.set("grafana.api_url", bytes(address), { host: null });
          if (token === undefined) await vault.delete("grafana.api_token");
          else await vault.set("grafana.api_token", bytes(token), { host });
        },
        async test(options = {}) {
          const result = await testPush({
            vault: { find: () => Promise.resolve(vault) },
            protocol: "http/protobuf",
            fetch,
            redactor: { add() {} },
            ...options,
          });
          assert.ok(!result.message.includes("canary"), result.message);
          assert.ok(!result.message.includes(btoa(TOKEN)), result.message);
          return result;
        },
      });
    }));
}

pushTest("sends an empty push where the address leads, as the backend wants it", async (rig) => {
  await using backend = startBackend(() => new Response());
  const { got, origin } = backend;
  await rig.set(`${origin}/otlp/?x=1`, TOKEN);
  assert.deepEqual(await rig.test(), { ok: true, message: "127.0.0.1 takes figures." });
  assert.equal(got[0]?.path, "/otlp/v1/metrics?x=1");
  assert.equal(got[0]?.headers.get("authorization"), `Basic ${btoa(TOKEN)}`);
  assert.equal(got[0]?.headers.get("content-type"), "application/x-protobuf");
  assert.equal(got[0]?.body.length, 0);

  await rig.set(`${origin}/otlp/v1/metrics`, " canary-plain-token ");
  assert.equal((await rig.test({ protocol: "http/json" })).ok, true);
  assert.equal(got[1]?.path, "/otlp/v1/metrics");
  assert.equal(got[1]?.headers.get("authorization"), "Bearer canary-plain-token");
  assert.equal(got[1]?.headers.get("content-type"), "application/json");
  assert.deepEqual(JSON.parse(new TextDecoder().decode(got[1]?.body)), { resourceMetrics: [] });

  await rig.set(origin);
  assert.equal((await rig.test()).ok, true);
  assert.equal(got[2]?.path, "/v1/metrics");
  assert.equal(got[2]?.headers.get("authorization"), null);
});

pushTest("says what to set while nothing is set up", async (rig) => {
  const none = await rig.test();
  assert.equal(none.ok, false);
  assert.match(none.message, /Set grafana\.api_url/);
  const lost = await rig.test({ vault: { find: () => Promise.resolve(null) } });
  assert.deepEqual(lost, none);
});

pushTest("sends the token to no host but its own, and nothing in its stead", async (rig) => {
  await using backend = startBackend(() => new Response());
  for (const host of ["otlp.example", "127.0.0.2.example"]) {
    await rig.set(backend.origin, TOKEN, host);
    const { ok, message } = await rig.test();
    assert.equal(ok, false);
    assert.match(message, new RegExp(`entered for ${host} and is not sent to 127\\.0\\.0\\.1`));
  }
  assert.deepEqual(backend.got, []);
});

pushTest("sends the headers of its own with the push, and to no other host", async (rig) => {
  await using backend = startBackend(() => new Response());
  await rig.set(backend.origin, TOKEN);
  const headers = bytes("X-Scope-OrgID: canary-team\nX-Key: canary-key");
  await rig.vault.set("grafana.api_headers", headers, { host: "localhost" });
  const shown: string[] = [];
  const redactor = { add: (secret: string) => void shown.push(secret) };
  assert.equal((await rig.test({ redactor })).ok, true);
  assert.equal(backend.got[0]?.headers.get("x-scope-orgid"), "canary-team");
  assert.equal(backend.got[0]?.headers.get("x-key"), "canary-key");
  assert.equal(backend.got[0]?.headers.get("authorization"), `Basic ${btoa(TOKEN)}`);
  assert.ok(shown.includes("canary-team") && shown.includes("canary-key"));
  await rig.vault.set("grafana.api_headers", headers, { host: "otlp.example" });
  const { ok, message } = await rig.test();
  assert.equal(ok, false);
  assert.match(message, /headers were entered for otlp\.example and are not sent to 127\.0\.0\.1/);
  assert.equal(backend.got.length, 1);
});

pushTest("gives up a vault that does not answer", async (rig) => {
  const never = new Promise<never>(() => {});
  for (const find of [() => never, () => Promise.resolve({ ...rig.vault, get: () => never })]) {
    const { ok, message } = await rig.test({ vault: { find }, deadlineMs: 20 });
    assert.equal(ok, false);
    assert.match(message, /^The vault did not answer .* keyring/);
  }
});

pushTest("follows no redirect", async (rig) => {
  await using elsewhere = startBackend(() => new Response());
  await using backend = startBackend(() =>
    Response.redirect(`${elsewhere.origin}/v1/metrics`, 307)
  );
  await rig.set(backend.origin, TOKEN);
  const { ok, message } = await rig.test();
  assert.equal(ok, false);
  assert.match(message, /not followed/);
  assert.deepEqual(elsewhere.got, []);
});

pushTest("says in plain words what the backend's answer means", async (rig) => {
  const html = { "content-type": "text/html; charset=utf-8" };
  let answer = () => new Response();
  await using backend = startBackend(() => answer());
  await rig.set(backend.origin, TOKEN);
  const echo = `canary ${TOKEN} ${btoa(TOKEN)}`;
  const cases: [ResponseInit, RegExp, string?][] = [
    [{ status: 401 }, /refused the token \(401\)/],
    [{ status: 403, headers: html }, /refused the token \(403\)/],
    [{ status: 404 }, /takes no figures at this path \(404\)\. Check grafana\.api_url/],
    [{ status: 405 }, /takes no figures at this path/],
    [{ status: 200, headers: html }, /web page \(200\)\. Check grafana\.api_url/],
    [{ status: 200 }, /web page/, "\n <!DOCTYPE html><p>hello"],
    [{ status: 400 }, /protocol = "http\/json"/],
    [{ status: 415 }, /protocol = "http\/json"/],
    [{ status: 429 }, /too busy/],
    [{ status: 503 }, /too busy/],
    [{ status: 503, headers: html }, /too busy/],
    [{ status: 502, headers: html }, /trouble of its own \(502\)/],
    [{ status: 200 }, /speaks no OTLP \(200\)\. Check grafana\.api_url/],
    [{ status: 500 }, /trouble of its own \(500\)/],
  ];
  for (const [init, pattern, body = echo] of cases) {
    answer = () => new Response(body, init);
    const { ok, message } = await rig.test();
    assert.equal(ok, false);
    assert.match(message, pattern);
  }
  await rig.set(backend.origin);
  answer = () => new Response(null, { status: 401 });
  assert.match((await rig.test()).message, /asks for a token \(401\)\. Set grafana\.api_token/);
});

pushTest("reads no more of an answer than it needs", async (rig) => {
  let cancelled = false;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1024).fill(0x20)),
        cancel: () => {
          cancelled = true;
        },
      }),
    );
  await rig.set("http://127.0.0.1:9/otlp", TOKEN);
  assert.equal((await rig.test({ fetch: () => Promise.resolve(endless()) })).ok, true);
  assert.equal(cancelled, true);
});

pushTest("says in plain words why there is no answer", async (rig) => {
  const port = freePort();
  await rig.set(`http://127.0.0.1:${port}`, TOKEN);
  assert.match(
    (await rig.test()).message,
    new RegExp(`Nothing listens at 127\\.0\\.0\\.1:${port}`),
  );

  await using plain = startBackend(() => new Response());
  await rig.set(plain.origin.replace("http:", "https:"), TOKEN);
  assert.match((await rig.test()).message, /No secure connection/);

  const failing = (cause: string): TestPushOptions["fetch"] => () =>
    Promise.reject(new TypeError("fetch failed", { cause: new Error(cause) }));
  await rig.set("https://otlp.example", TOKEN, "otlp.example");
  const dns = "error sending request for url (https://canary): client error (Connect): dns error";
  assert.match((await rig.test({ fetch: failing(dns) })).message, /no host named otlp\.example/);
  const tls = "invalid peer certificate: UnknownIssuer canary";
  assert.match((await rig.test({ fetch: failing(tls) })).message, /certificate is not valid/);
  assert.match((await rig.test({ fetch: failing("canary") })).message, /connection .* failed/);

  const silent = Promise.withResolvers<Response>();
  await using hung = startBackend(() => silent.promise);
  await rig.set(hung.origin, TOKEN);
  assert.match((await rig.test({ deadlineMs: 50 })).message, /did not answer within 0\.05 s/);
  silent.resolve(new Response());
});

pushTest("sends no token that a header cannot hold", async (rig) => {
  await rig.set("http://127.0.0.1:9/otlp", "canary-ключ");
  assert.match((await rig.test()).message, /characters that no token has/);
});

Deno.test("wants https off loopback, and an address without a password", () => {
  const place = (address: string) => {
    const found = metricsPlace(address);
    return typeof found === "string" ? found : `${found.url.href} ${found.host}`;
  };
  assert.equal(place(" https://a.example/otlp#x "), "https://a.example/otlp/v1/metrics a.example");
  assert.equal(place("http://[::1]:4318"), "http://[::1]:4318/v1/metrics ::1");
  assert.equal(place("http://localhost/v1/metrics/"), "http://localhost/v1/metrics localhost");
  assert.match(place("http://a.example/otlp"), /unencrypted\. Enter an address with https/);
  assert.match(place("http://127.0.0.1.a.example/"), /unencrypted/);
  assert.match(place("https://user:canary@a.example/"), /user name or password/);
  for (const address of ["", "nonsense", "ftp://a.example", "file:///etc/passwd", "a.example"]) {
    assert.match(place(address), /is no address/, address);
  }
});
