import assert from "node:assert/strict";
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { type ApiFixture, startApi } from "./api_fixture.ts";
import { exampleTelemetry } from "./example_telemetry.ts";
import { type RawAnswer, type RawHeader, requestText, sendRaw, writeAll } from "./raw_request.ts";

const TELEMETRY = "/api/v1/telemetry";

/** Sends a request that has the right Host and the valid token unless `headers` replace them. */
async function attack(
  api: ApiFixture,
  { line = `GET ${TELEMETRY} HTTP/1.1`, host, headers = [], token = true, body = "" }: {
    line?: string;
    host?: string[];
    headers?: RawHeader[];
    token?: boolean;
    body?: string;
  },
): Promise<RawAnswer> {
  const all: RawHeader[] = (host ?? [`127.0.0.1:${api.port}`]).map((value) => ["Host", value]);
  if (token) all.push(["Authorization", `Bearer ${api.token.value()}`]);
  all.push(...headers);
  return await sendRaw(api.port, requestText(line, all, body));
}

function assertRefused(answer: RawAnswer, status: number): void {
  assert.equal(answer.status, status, answer.body);
  assert.ok(!answer.body.includes("sequence"), "telemetry leaked");
  for (const name of answer.headers.keys()) {
    assert.ok(!name.startsWith("access-control"), `${name} was sent`);
  }
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(JSON.parse(answer.body).status, status);
}

Deno.test("serves telemetry to the two hosts and no other", async () => {
  await using api = await startApi();
  for (const name of ["127.0.0.1", "localhost"]) {
    const answer = await attack(api, { host: [`${name}:${api.port}`] });
    assert.equal(answer.status, 200);
    assert.ok(answer.body.includes('"sequence":100'));
  }
  const foreign = [
    "evil.example",
    `evil.example:${api.port}`,
    `127.0.0.1.evil.example:${api.port}`,
    "127.0.0.1",
    "localhost",
    `localhost:${api.port + 1}`,
    `localhost.:${api.port}`,
    `LOCALHOST:${api.port}`,
    `127.1:${api.port}`,
    `2130706433:${api.port}`,
    `0.0.0.0:${api.port}`,
    `[::1]:${api.port}`,
    `user@127.0.0.1:${api.port}`,
    `127.0.0.1:0${api.port}`,
    "",
  ];
  for (const host of foreign) assertRefused(await attack(api, { host: [host] }), 403);
});

Deno.test("refuses a request without Host, also by HTTP/1.0", async () => {
  await using api = await startApi();
  assertRefused(await attack(api, { host: [] }), 403);
  assertRefused(await attack(api, { host: [], line: `GET ${TELEMETRY} HTTP/1.0` }), 403);
});

Deno.test("refuses a request with two Hosts", async () => {
  await using api = await startApi();
  const own = `127.0.0.1:${api.port}`;
  for (const host of [[own, "evil.example"], ["evil.example", own], [own, own]]) {
    const answer = await attack(api, { host });
    assert.equal(answer.status, 400);
    assert.equal(answer.body, "");
  }
});

Deno.test("refuses a request line whose URL names another place than Host", async () => {
  await using api = await startApi();
  const own = `127.0.0.1:${api.port}`;
  for (
    const url of [
      `http://evil.example${TELEMETRY}`,
      `http://localhost:${api.port}${TELEMETRY}`,
      `http://user:word@${own}${TELEMETRY}`,
      `https://${own}${TELEMETRY}`,
      `ftp://${own}${TELEMETRY}`,
    ]
  ) {
    assertRefused(await attack(api, { line: `GET ${url} HTTP/1.1` }), 403);
  }
  const line = `GET http://${own}${TELEMETRY} HTTP/1.1`;
  assertRefused(await attack(api, { line, host: ["evil.example"] }), 403);
  assert.equal((await attack(api, { line })).status, 200);
});

Deno.test("refuses every origin but the dock's own", async () => {
  await using api = await startApi();
  const own = `http://127.0.0.1:${api.port}`;
  for (
    const origin of [
      "https://evil.example",
      "null",
      "",
      `http://127.0.0.1:${api.port + 1}`,
      `https://127.0.0.1:${api.port}`,
      `http://localhost:${api.port}`,
      `${own}/`,
      `${own}.evil.example`,
      "file://",
      "chrome-extension://abcdefgh",
    ]
  ) {
    assertRefused(await attack(api, { headers: [["Origin", origin]] }), 403);
    assertRefused(
      await attack(api, { line: "GET / HTTP/1.1", headers: [["Origin", origin]] }),
      403,
    );
  }
  assert.equal((await attack(api, { headers: [["Origin", own]] })).status, 200);
});

Deno.test("refuses what other sites' pages send, and visits by address bar to the API", async () => {
  await using api = await startApi();
  for (const site of ["cross-site", "same-site", "none", "same-origin, cross-site", ""]) {
    for (const path of [TELEMETRY, "/api/v1/events", "/metrics", "/api"]) {
      const headers: RawHeader[] = [
        ["Sec-Fetch-Site", site],
        ["Sec-Fetch-Mode", "navigate"],
        ["Sec-Fetch-Dest", "document"],
      ];
      assertRefused(await attack(api, { line: `GET ${path} HTTP/1.1`, headers }), 403);
    }
  }
  const own = await attack(api, { headers: [["Sec-Fetch-Site", "same-origin"]] });
  assert.equal(own.status, 200);
});

Deno.test("serves the page to a visit from anywhere, but not to a frame or a script", async () => {
  await using api = await startApi();
  const visit = (path: string, site: string, mode: string, dest: string) =>
    attack(api, {
      line: `GET ${path} HTTP/1.1`,
      token: false,
      headers: [["Sec-Fetch-Site", site], ["Sec-Fetch-Mode", mode], ["Sec-Fetch-Dest", dest]],
    });
  for (const site of ["cross-site", "same-site", "same-origin", "none"]) {
    const page = await visit("/", site, "navigate", "document");
    assert.equal(page.status, 200);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  }
  assertRefused(await visit("/", "cross-site", "navigate", "iframe"), 403);
  assertRefused(await visit("/", "cross-site", "no-cors", "empty"), 403);
  assertRefused(await visit("/main.js", "cross-site", "no-cors", "script"), 403);
  assertRefused(await visit("/main.js", "cross-site", "navigate", "document"), 403);
  assert.equal((await visit("/main.js", "same-origin", "cors", "script")).status, 200);
});

Deno.test("refuses a missing, wrong, short, doubled or otherwise sent token", async () => {
  await using api = await startApi();
  const value = api.token.value();
  const wrong: RawHeader[][] = [
    [],
    [["Authorization", `Bearer ${value.slice(1)}x`]],
    [["Authorization", `Bearer ${value.slice(0, 42)}`]],
    [["Authorization", `Basic ${btoa(`user:${value}`)}`]],
    [["Authorization", value]],
    [["Authorization", `Bearer ${value}`], ["Authorization", `Bearer ${value}`]],
    [["Cookie", `token=${value}`]],
    [["X-Api-Key", value]],
  ];
  for (const headers of wrong) {
    const answer = await attack(api, { token: false, headers });
    assertRefused(answer, 401);
    assert.equal(answer.headers.get("www-authenticate"), "Bearer");
  }
  const line = `GET ${TELEMETRY}?token=${value}&access_token=${value} HTTP/1.1`;
  assertRefused(await attack(api, { token: false, line }), 401);
});

Deno.test("answers the eleventh failure with 429, the valid token always", async () => {
  let elapsedMs = 0;
  await using api = await startApi({ clock: { now: Date.now, monotonic: () => elapsedMs } });
  const fail = () => attack(api, { token: false, headers: [["Authorization", "Bearer wrong"]] });
  for (let i = 0; i < 10; i++) {
    assertRefused(await fail(), 401);
    elapsedMs += 1000;
  }
  const eleventh = await fail();
  assertRefused(eleventh, 429);
  assert.equal(eleventh.headers.get("retry-after"), "50");
  assert.equal((await attack(api, {})).status, 200);
  assertRefused(await fail(), 429);
  elapsedMs += 50_000;
  assertRefused(await fail(), 401);
});

Deno.test("refuses every method but its own, with the list of those", async () => {
  await using api = await startApi();
  const methods = [
    ..."POST PUT PATCH DELETE OPTIONS TRACE PROPFIND get gEt NONSENSE".split(" "),
  ];
  for (const path of [TELEMETRY, "/api/v1/events", "/healthz", "/", "/main.js"]) {
    for (const method of methods) {
      const answer = await attack(api, { line: `${method} ${path} HTTP/1.1` });
      assertRefused(answer, 405);
      const allowed = path === "/api/v1/events" ? "GET" : "GET, HEAD";
      assert.equal(answer.headers.get("allow"), allowed);
    }
  }
  const connect = await attack(api, { line: `CONNECT 127.0.0.1:${api.port} HTTP/1.1` });
  assertRefused(connect, 403);
  assertRefused(await attack(api, { line: "OPTIONS * HTTP/1.1" }), 404);
});

Deno.test("answers HEAD without a body and without leaving an event stream open", async () => {
  await using api = await startApi();
  const head = await attack(api, { line: `HEAD ${TELEMETRY} HTTP/1.1` });
  assert.equal(head.status, 200);
  assert.equal(head.body, "");
  assert.equal((await attack(api, { line: "HEAD /api/v1/events HTTP/1.1" })).status, 405);
  assert.equal(api.live.subscribers(), 0);
});

Deno.test("refuses a CORS preflight, from foreign and own pages", async () => {
  await using api = await startApi();
  const preflight = (origin: string): RawHeader[] => [
    ["Origin", origin],
    ["Access-Control-Request-Method", "GET"],
    ["Access-Control-Request-Headers", "authorization"],
    ["Access-Control-Request-Private-Network", "true"],
  ];
  const line = `OPTIONS ${TELEMETRY} HTTP/1.1`;
  const foreign = preflight("https://evil.example");
  assertRefused(await attack(api, { line, token: false, headers: foreign }), 403);
  const own = preflight(`http://127.0.0.1:${api.port}`);
  assertRefused(await attack(api, { line, token: false, headers: own }), 401);
  assertRefused(await attack(api, { line, headers: own }), 405);
});

Deno.test("refuses a WebSocket upgrade", async () => {
  await using api = await startApi();
  const text = (extra: string) =>
    `GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:${api.port}\r\n` +
    `Authorization: Bearer ${api.token.value()}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`;
  // The connection stays open after these, so only the first bytes of the answer are awaited.
  const first = async (extra: string): Promise<string> => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: api.port });
    await writeAll(connection, new TextEncoder().encode(text(extra)));
    const buffer = new Uint8Array(4096);
    const length = await connection.read(buffer);
    return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
  };
  assert.match(await first(""), /^HTTP\/1\.1 400 /);
  assert.match(await first("Origin: https://evil.example\r\n"), /^HTTP\/1\.1 403 /);
  assert.equal(api.live.subscribers(), 0);
});

Deno.test("knows each path in one spelling only", async () => {
  await using api = await startApi();
  for (
    const path of [
      "//api/v1/telemetry",
      "/api//v1/telemetry",
      "///api/v1/telemetry",
      "/api/v1/telemetry/",
      "/api/v1/./telemetry",
      "/api/v1/x/../telemetry",
      "/./api/v1/telemetry",
      "/../api/v1/telemetry",
      "/%61pi/v1/telemetry",
      "/api%2fv1%2ftelemetry",
      "/api/v1/%2e/telemetry",
      "/api/v1/x/%2e%2e/telemetry",
      "/api/v1/telemetry%00",
      "/api/v1/telemetry;x=1",
      "/API/v1/telemetry",
      "/api/v1/Telemetry",
      "/api\\v1\\telemetry",
      "/api/v2/telemetry",
      "/api/v1/__proto__",
      "/constructor",
    ]
  ) {
    assertRefused(await attack(api, { line: `GET ${path} HTTP/1.1` }), 404);
    const anonymous = await attack(api, { line: `GET ${path} HTTP/1.1`, token: false });
    assert.ok([401, 404].includes(anonymous.status), `${path}: ${anonymous.status}`);
    assert.ok(!anonymous.body.includes("sequence"));
  }
});

Deno.test("serves no file beyond its list, whatever the path looks like", async () => {
  await using api = await startApi();
  for (
    const path of [
      "/../../../../etc/passwd",
      "/..\\..\\..\\windows\\win.ini",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/%2e%2e%5c%2e%2e%5cwin.ini",
      "/....//....//etc/passwd",
      "/C:/Windows/win.ini",
      "/file:///etc/passwd",
      "/index.html",
      "/main.js/",
      "/main.js/../styles.css",
      "/main.js.map",
      "/api-token",
      "/config.toml",
    ]
  ) {
    assertRefused(await attack(api, { line: `GET ${path} HTTP/1.1` }), 404);
  }
});

Deno.test("refuses a form, a text body and 1 MiB, announced or in chunks", async () => {
  await using api = await startApi();
  const mebibyte = "a".repeat(1 << 20);
  const bodies: [RawHeader[], string][] = [
    [[["Content-Type", "application/x-www-form-urlencoded"], ["Content-Length", "3"]], "a=1"],
    [[["Content-Type", "text/plain"], ["Content-Length", "2"]], "{}"],
    [[["Content-Type", "application/json"], ["Content-Length", `${1 << 20}`]], mebibyte],
    [
      [["Content-Type", "application/json"], ["Transfer-Encoding", "chunked"]],
      `100000\r\n${mebibyte}\r\n0\r\n\r\n`,
    ],
  ];
  for (const [headers, body] of bodies) {
    const line = `POST ${TELEMETRY} HTTP/1.1`;
    assertRefused(await attack(api, { line, headers, body }), 405);
  }
  assert.equal((await attack(api, {})).status, 200);
});

Deno.test("answers and moves on while 500 requests hang half-sent", async () => {
  await using api = await startApi();
  const half = new TextEncoder().encode(`GET ${TELEMETRY} HTTP/1.1\r\nHost: 127.0.0.1`);
  const connections: Deno.Conn[] = [];
  try {
    for (let i = 0; i < 500; i++) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: api.port });
      connections.push(connection);
      await connection.write(half);
    }
    for (const sequence of [101, 102, 103]) {
      api.show(exampleTelemetry({ sequence }));
      const answer = await attack(api, {});
      assert.equal(answer.status, 200);
      assert.equal(JSON.parse(answer.body).sequence, sequence);
    }
    await withDeadline(api.server.close(), { ms: 5000, what: "close() with half-sent requests" });
  } finally {
    for (const connection of connections) connection.close();
  }
});

Deno.test("refuses HTTP/2 without TLS, which sends no Host header", async () => {
  await using api = await startApi();
  using client = Deno.createHttpClient({ http1: false, http2: true });
  const headers = { authorization: `Bearer ${api.token.value()}` };
  const answer = await fetch(`${api.origin}${TELEMETRY}`, { client, headers });
  assert.equal(answer.status, 403);
  assert.ok(!(await answer.text()).includes("sequence"));
});
