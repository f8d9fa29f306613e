/** What goes in as a secret comes out nowhere. */
import assert from "node:assert/strict";
import { until } from "../peers/until.ts";
import { newCanary } from "../vault/canary.ts";
import { jsonOf, type SidecarRig, sidecarTest } from "./sidecar_rig.ts";

/** Everything that can be read, and what tests and refusals say. */
async function everythingSaid(rig: SidecarRig): Promise<string> {
  const texts: string[] = [rig.lines.join("\n"), rig.bridge()];
  const requests: [string, RequestInit?][] = [
    ["/"],
    ["/main.js"],
    ["/styles.css"],
    ["/healthz"],
    ["/api/v1/telemetry"],
    ["/api/v1/config"],
    ["/api/v1/credentials"],
    ["/api/v1/credentials/obs.websocket.password"],
    ["/api/v1/history?metric=obs.active_fps"],
    ["/api/v1/nothing"],
    ["/api/v1/tests/obs", { method: "POST" }],
    ["/api/v1/tests/metrics", { method: "POST" }],
    ["/api/v1/tests/notify", { method: "POST" }],
  ];
  for (const [path, init] of requests) {
    const response = await rig.ask(path, init);
    const headers = [...response.headers].map((pair) => pair.join(": "));
    texts.push(`${path}\n${headers.join("\n")}\n${await response.text()}`);
  }
  const leaving = new AbortController();
  const events = await rig.ask("/api/v1/events", { signal: leaving.signal });
  const reader = events.body?.getReader();
  for (let i = 0; i < 3; i++) {
    texts.push(new TextDecoder().decode((await reader?.read())?.value));
  }
  leaving.abort();
  return texts.join("\n");
}

sidecarTest("no secret is in any answer, event, log line or bridge.json", async (rig) => {
  await using backend = backendOf();
  const canaries = Array.from({ length: 6 }, newCanary);
  const [password = "", key = "", token = "", path = "", hook = "", header = ""] = canaries;
  const server = { platforms: { twitch: { ingest_url: "rtmps://live.example/app" } } };
  assert.equal((await rig.put("/api/v1/config", server)).status, 200);
  const secrets: [string, string][] = [
    ["obs.websocket.password", password],
    ["platforms.twitch.stream_key", key],
    ["grafana.api_url", `${backend.origin}/${path}`],
    ["grafana.api_token", `12:${token}`],
    ["grafana.api_headers", `X-Scope-OrgID: team\nX-Key: ${header}`],
    ["notify.webhook_url", `https://hooks.example/${hook}`],
  ];
  for (const [id, value] of secrets) {
    const response = await rig.put(`/api/v1/credentials/${id}`, { value });
    assert.equal(response.status, 204, await response.text());
  }
  rig.obs.password = password;
  await rig.obs.crash();
  await rig.obs.restart();
  await until(() => rig.obs.connections.accepted > 1 && /"connected":true/.test(rig.bridge()), {
    what: "OBS is connected by the password",
  });
  const said = await everythingSaid(rig);
  assert.equal(backend.pushes(), 1);
  assert.equal(backend.headers?.get("x-key"), header);
  assert.match(said, /"password":\{"set":true\}/);
  for (const canary of canaries) {
    for (const form of [canary, btoa(canary), btoa(`12:${canary}`), encodeURIComponent(canary)]) {
      assert.ok(!said.includes(form), "a secret came out");
    }
  }
  assert.ok(!said.includes(rig.sidecar.token()), "the API's token came out");
});

/** What is sent is what the test asks for. */
const NO_EXPORT = { config: "[grafana]\nenabled = false\n" };

sidecarTest("a token is not sent when somebody changes the address", async (rig) => {
  await using own = backendOf();
  await using evil = backendOf("localhost");
  const put = (id: string, value: string) => rig.put(`/api/v1/credentials/${id}`, { value });
  assert.equal((await put("grafana.api_url", "https://own.example/otlp")).status, 204);
  assert.equal((await put("grafana.api_token", "canary-token")).status, 204);
  assert.equal((await put("grafana.api_url", `${evil.origin}/otlp`)).status, 204);
  const test = () => rig.ask("/api/v1/tests/metrics", { method: "POST" });
  const refused = await jsonOf(await test());
  assert.equal(refused["ok"], false);
  assert.match(String(refused["message"]), /entered for own\.example and is not sent to localhost/);
  assert.deepEqual([evil.pushes(), own.pushes()], [0, 0]);
  assert.equal((await put("grafana.api_token", "canary-token")).status, 204);
  assert.equal((await jsonOf(await test()))["ok"], true);
  assert.equal(evil.pushes(), 1);
}, NO_EXPORT);

sidecarTest("hostile scene names are plain text in every answer", async (rig) => {
  await until(() => JSON.parse(rig.bridge()).obs.connected === true, { what: "OBS" });
  for (
    const [name, shown] of [
      ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
      ["safe\u202egpj.exe\u2066", "safegpj.exe"],
      ["a\u0000b\r\n\r\nevent: config\ndata: {}", "a b event: config data: {}"],
      ["x".repeat(1 << 20), `${"x".repeat(119)}…`],
    ] as const
  ) {
    rig.obs.setScene(name);
    await until(async () => {
      const answer = await rig.ask("/api/v1/telemetry");
      assert.equal(answer.headers.get("content-type"), "application/json");
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      return (await answer.json()).obs.scene === shown;
    }, { what: `the scene is ${shown.slice(0, 20)}` });
    assert.equal(JSON.parse(rig.bridge()).obs.scene, shown);
  }
});

/** A metrics backend that counts what it is sent. */
function backendOf(host = "127.0.0.1") {
  let pushes = 0;
  let headers: Headers | null = null;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    pushes++;
    headers = request.headers;
    return new Response();
  });
  return {
    origin: `http://${host}:${server.addr.port}`,
    pushes: () => pushes,
    get headers() {
      return headers;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
