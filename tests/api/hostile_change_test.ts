/** Hostile requests to what can change something: the valid token, and nothing is changed. */
import assert from "node:assert/strict";
import type { RawAnswer, RawHeader } from "./raw_request.ts";
import { writeAll } from "./raw_request.ts";
import { until } from "../peers/until.ts";
import { type Attack, jsonOf, type SidecarRig, sidecarTest } from "./sidecar_rig.ts";

const JSON_TYPE: RawHeader = ["Content-Type", "application/json"];

/** A request that would change something. */
interface Change {
  line: string;
  body: string;
}

/** One for each way to change something, each of which works if nothing is wrong with it. */
const CHANGES: readonly Change[] = [
  { line: "PUT /api/v1/config", body: '{"engine":{"log_level":"warn"}}' },
  { line: "PUT /api/v1/credentials/obs.websocket.password", body: '{"value":"evil-password"}' },
  { line: "DELETE /api/v1/credentials/notify.webhook_url", body: "" },
  { line: "POST /api/v1/tests/obs", body: "" },
  { line: "POST /api/v1/tests/metrics", body: "" },
  { line: "POST /api/v1/tests/notify", body: "" },
];

function withBody(body: string, type: RawHeader = JSON_TYPE): RawHeader[] {
  return body === "" ? [] : [type, ["Content-Length", `${new TextEncoder().encode(body).length}`]];
}

/** Sends each change with something wrong about it; asserts the status and that nothing changed. */
async function refuseAll(
  rig: SidecarRig,
  status: number,
  spoil: (change: Change) => Partial<Attack> & { path?: (path: string) => string },
): Promise<void> {
  const before = await rig.state();
  for (const change of CHANGES) {
    const { path = (path: string) => path, headers = [], ...wrong } = spoil(change);
    const [method = "", target = ""] = change.line.split(" ");
    const answer = await rig.attack({
      line: `${method} ${path(target)} HTTP/1.1`,
      body: change.body,
      ...wrong,
      headers: [...withBody(wrong.body ?? change.body), ...headers],
    });
    assertRefused(answer, status, `${change.line}: ${JSON.stringify({ headers, ...wrong })}`);
  }
  assert.equal(await rig.state(), before);
}

function assertRefused(answer: RawAnswer, status: number, what: string): void {
  assert.equal(answer.status, status, `${what}: ${answer.body}`);
  assert.equal(answer.headers.get("content-type"), "application/problem+json", what);
  for (const name of answer.headers.keys()) {
    assert.ok(!name.startsWith("access-control"), `${name} was sent`);
  }
}

sidecarTest("each change works when nothing is wrong with it", async (rig) => {
  for (const { line, body } of CHANGES) {
    const answer = await rig.attack({ line: `${line} HTTP/1.1`, body, headers: withBody(body) });
    assert.ok([200, 204].includes(answer.status), `${line}: ${answer.status} ${answer.body}`);
  }
  assert.match(await Deno.readTextFile(rig.configPath), /log_level = "warn"/);
});

sidecarTest("nothing changes for another Host, or none", async (rig) => {
  const own = `127.0.0.1:${rig.port}`;
  for (const host of ["evil.example", `evil.example:${rig.port}`, `0.0.0.0:${rig.port}`, ""]) {
    await refuseAll(rig, 403, () => ({ host: [host] }));
  }
  await refuseAll(rig, 403, () => ({ host: [] }));
  await refuseAll(rig, 403, () => ({ path: (path) => `http://evil.example${path}` }));
  await refuseAll(rig, 403, () => ({
    path: (path) => `http://${own}${path}`,
    host: ["evil.example"],
  }));
  const before = await rig.state();
  for (const { line, body } of CHANGES) {
    const answer = await rig.attack({
      line: `${line} HTTP/1.1`,
      body,
      host: [own, "evil.example"],
      headers: withBody(body),
    });
    assert.equal(answer.status, 400);
  }
  assert.equal(await rig.state(), before);
});

sidecarTest("nothing changes for another page", async (rig) => {
  const origins = ["https://evil.example", "null", `http://127.0.0.1:${rig.port + 1}`, "file://"];
  for (const origin of origins) {
    await refuseAll(rig, 403, () => ({ headers: [["Origin", origin]] }));
  }
  for (const site of ["cross-site", "same-site", "none"]) {
    await refuseAll(rig, 403, () => ({ headers: [["Sec-Fetch-Site", site]] }));
  }
});

sidecarTest("nothing changes without the token, and the eleventh guess waits", async (rig) => {
  const wrong: RawHeader[][] = [
    [["Authorization", "Bearer wrong"]],
    [["Authorization", `Basic ${btoa(`x:${rig.sidecar.token()}`)}`]],
  ];
  let guesses = 0;
  const guess = () => ({ token: false, headers: wrong[guesses++ % wrong.length] ?? [] });
  await refuseAll(rig, 401, guess);
  while (guesses < 10) {
    const answer = await rig.attack({ line: "GET /api/v1/config HTTP/1.1", ...guess() });
    assertRefused(answer, 401, `guess ${guesses}`);
  }
  await refuseAll(rig, 429, () => ({ token: false }));
  assert.equal((await rig.ask("/api/v1/config")).status, 200);
});

sidecarTest("nothing changes for a body of another type", async (rig) => {
  const types = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "text/plain; x=application/json",
    "application/jsonp",
    "application/problem+json",
    "application/json; charset=utf-16",
    "application/json; x=1; charset=latin1",
    "",
  ];
  const before = await rig.state();
  for (const type of types) {
    for (const change of CHANGES) {
      const body = change.body || "{}";
      const headers = withBody(body, ["Content-Type", type]);
      const answer = await rig.attack({ line: `${change.line} HTTP/1.1`, body, headers });
      assertRefused(answer, 415, `${change.line} ${type}`);
    }
  }
  for (const encoding of ["gzip", "identity"]) {
    const headers = withBody("{}", ["Content-Type", "application/json"]);
    const coded = await rig.attack({
      line: "PUT /api/v1/config HTTP/1.1",
      body: "{}",
      headers: [...headers, ["Content-Encoding", encoding]],
    });
    assertRefused(coded, 415, encoding);
  }
  const bare = await rig.attack({
    line: "PUT /api/v1/config HTTP/1.1",
    body: "{}",
    headers: [["Content-Length", "2"]],
  });
  assertRefused(bare, 415, "no type");
  assert.equal(await rig.state(), before);
});

sidecarTest("nothing changes for 1 MiB, announced or in chunks", async (rig) => {
  const mebibyte = `{"value":"${"a".repeat(1 << 20)}"}`;
  const length = mebibyte.length;
  await refuseAll(rig, 413, () => ({ body: mebibyte }));
  const chunked = `${length.toString(16)}\r\n${mebibyte}\r\n0\r\n\r\n`;
  const before = await rig.state();
  for (const { line } of CHANGES) {
    const headers: RawHeader[] = [JSON_TYPE, ["Transfer-Encoding", "chunked"]];
    const answer = await rig.attack({ line: `${line} HTTP/1.1`, body: chunked, headers });
    assertRefused(answer, 413, line);
  }
  assert.equal(await rig.state(), before);
});

sidecarTest("nothing changes for a body that is cut off", async (rig) => {
  const before = await rig.state();
  for (const { line, body } of CHANGES.slice(0, 2)) {
    for (const framing of [`Content-Length: ${body.length + 1}`, "Transfer-Encoding: chunked"]) {
      const chunk = `${body.length.toString(16)}\r\n${body}\r\n`;
      const sent = framing.startsWith("T") ? chunk : body;
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: rig.port });
      await writeAll(
        connection,
        new TextEncoder().encode(
          `${line} HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nContent-Type: application/json\r\n` +
            `Authorization: Bearer ${rig.sidecar.token()}\r\n${framing}\r\n\r\n${sent}`,
        ),
      );
      connection.close();
    }
  }
  // The same, but the end of sending is told and an answer waited for.
  const { line, body } = CHANGES[0] ?? { line: "", body: "" };
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: rig.port });
  await writeAll(
    connection,
    new TextEncoder().encode(
      `${line} HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nContent-Type: application/json\r\n` +
        `Authorization: Bearer ${rig.sidecar.token()}\r\nContent-Length: 99\r\n\r\n${body}`,
    ),
  );
  await connection.closeWrite();
  const buffer = new Uint8Array(1024);
  while (await connection.read(buffer) !== null) { /* until the server closes */ }
  assert.equal((await rig.ask("/api/v1/config")).status, 200);
  assert.equal(await rig.state(), before);
  assert.deepEqual(rig.lines.filter((line) => /fault in the sidecar/.test(line)), []);
});

sidecarTest("nothing changes for JSON that is hostile or no JSON", async (rig) => {
  const deep = (open: string, close: string) => open.repeat(10_000) + close.repeat(10_000);
  const bodies: [string, number][] = [
    [deep("[", "]"), 422],
    [`{"engine":${deep('{"a":', "}").replace('{"a":}', '{"a":1}')}}`, 422],
    ['{"engine":{"log_level":"warn"},"engine":{"log_level":"error"}}', 422],
    ['{"engine":{"log_level":"warn","log_\\u006cevel":"error"}}', 422],
    ['{"__proto__":{"engine":{"log_level":"warn"}}}', 422],
    ['{"engine":{"log_level":"warn","__proto__":{"x":1}}}', 422],
    ['{"platforms":{"__proto__":{"test_key":true}}}', 422],
    ['{"constructor":{"prototype":{"x":1}}}', 422],
    ['{"engine":{"bridge_update_rate":1e999}}', 422],
    ['{"engine":{"bridge_update_rate":-1e999}}', 422],
    ['{"engine":{"bridge_update_rate":500.5}}', 422],
    ['{"engine":{"bridge_update_rate":99}}', 422],
    ['{"engine":{"bridge_update_rate":"500"}}', 422],
    ['{"engine":{"log_level":["warn"]}}', 422],
    ['{"engine":{"log_level":"warn","unknown":1}}', 422],
    ['{"engine":null}', 422],
    ['{"obs":{"host":"a\\nb"}}', 422],
    ['{"obs":{"host":"\\ud800"}}', 422],
    ['{"obs":{"password":"hunter2"}}', 422],
    ['{"obs":{"password":{"set":true,"value":"hunter2"}}}', 422],
    ['{"grafana":{"api_url":"https://evil.example"}}', 422],
    ['{"platforms":{"twitch":{"ingest_url":"https://evil.example"}}}', 422],
    ['{"updates":{"url":"file:///etc/passwd"}}', 422],
    ["", 400],
    ["{", 400],
    ['{"engine":{"log_level":"warn"}}x', 400],
    ["engine=1", 400],
    ["NaN", 400],
  ];
  const before = await rig.state();
  for (const [body, status] of bodies) {
    const headers = [JSON_TYPE, ["Content-Length", `${body.length}`] satisfies RawHeader];
    const answer = await rig.attack({ line: "PUT /api/v1/config HTTP/1.1", body, headers });
    assertRefused(answer, status, body.slice(0, 80));
    assert.ok(!answer.body.includes("hunter2"), "a secret came back");
  }
  assert.equal(await rig.state(), before);
  assert.equal(({} as Record<string, unknown>)["x"], undefined);
  const bytes = new Uint8Array([0x22, 0xff, 0xfe, 0x22]);
  const headers = { "content-type": "application/json" };
  const answer = await rig.ask("/api/v1/config", { method: "PUT", headers, body: bytes });
  await jsonOf(answer, 400);
  assert.equal(await rig.state(), before);
});

sidecarTest("nothing changes at another spelling of a path", async (rig) => {
  const spellings: ((path: string) => string)[] = [
    (path) => `/${path}`,
    (path) => path.replace("/v1/", "//v1/"),
    (path) => path.replace("/v1/", "/./v1/"),
    (path) => path.replace("/v1/", "/x/../v1/"),
    (path) => path.replace("api", "%61pi"),
    (path) => path.replaceAll("/", "%2f").replace("%2f", "/"),
    (path) => path.replaceAll("/", "\\").replace("\\", "/"),
    (path) => `${path}/`,
    (path) => `${path}%00`,
    (path) => `${path};a`,
    (path) => path.toUpperCase(),
  ];
  for (const path of spellings) await refuseAll(rig, 404, () => ({ path }));
  const before = await rig.state();
  for (const id of ["..%2fconfig", "%2e%2e", "..", "obs%2Ewebsocket%2Epassword", "a/../b"]) {
    for (const [method, body] of [["PUT", '{"value":"x"}'], ["DELETE", ""]] as const) {
      const line = `${method} /api/v1/credentials/${id} HTTP/1.1`;
      const answer = await rig.attack({ line, body, headers: withBody(body) });
      assertRefused(answer, 404, line);
    }
  }
  assert.equal(await rig.state(), before);
});

sidecarTest("nothing changes by other methods, a preflight or an upgrade", async (rig) => {
  const before = await rig.state();
  const paths: [string, string][] = [
    ["/api/v1/config", "GET, HEAD, PUT"],
    ["/api/v1/credentials", "GET, HEAD"],
    ["/api/v1/credentials/notify.webhook_url", "PUT, DELETE"],
    ["/api/v1/history", "GET, HEAD"],
    ["/api/v1/tests/obs", "POST"],
    ["/api/v1/tests/metrics", "POST"],
    ["/api/v1/tests/notify", "POST"],
  ];
  for (const [path, allow] of paths) {
    for (
      const method of ["TRACE", "OPTIONS", "PATCH", "PROPFIND", "put", "DELETE", "POST", "PUT"]
    ) {
      if (allow.includes(method)) continue;
      const answer = await rig.attack({ line: `${method} ${path} HTTP/1.1` });
      assertRefused(answer, 405, `${method} ${path}`);
      assert.equal(answer.headers.get("allow"), allow);
    }
    const preflight: RawHeader[] = [
      ["Access-Control-Request-Method", "PUT"],
      ["Access-Control-Request-Headers", "authorization,content-type"],
      ["Access-Control-Request-Private-Network", "true"],
    ];
    const line = `OPTIONS ${path} HTTP/1.1`;
    const origin: RawHeader = ["Origin", "https://evil.example"];
    const foreign = await rig.attack({ line, token: false, headers: [origin, ...preflight] });
    assertRefused(foreign, 403, path);
  }
  assert.equal(await rig.state(), before);
});

sidecarTest("settings and ticks go on while 500 changes hang half-sent", async (rig) => {
  const head = new TextEncoder().encode(
    `PUT /api/v1/config HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\n` +
      `Content-Type: application/json\r\nAuthorization: Bearer ${rig.sidecar.token()}\r\n` +
      'Content-Length: 60000\r\n\r\n{"engine":{"log_level":"warn"}',
  );
  const before = await rig.state();
  const { sequence } = JSON.parse(rig.bridge());
  const connections: Deno.Conn[] = [];
  try {
    for (let i = 0; i < 500; i++) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: rig.port });
      connections.push(connection);
      await writeAll(connection, head);
    }
    assert.equal((await rig.ask("/api/v1/config")).status, 200);
    await until(() => JSON.parse(rig.bridge()).sequence >= sequence + 5, {
      what: "five more snapshots",
    });
    assert.equal(await rig.state(), before);
  } finally {
    for (const connection of connections) connection.close();
  }
});
