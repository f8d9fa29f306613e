import assert from "node:assert/strict";
import { type Api, ApiError, createApi } from "../../dock/api.ts";
import { FakeTimers } from "./fake_timers.ts";

interface Asked {
  url: string;
  init: RequestInit;
}

function apiThat(answer: (init: RequestInit) => Response | Promise<Response>) {
  const asked: Asked[] = [];
  const timers = new FakeTimers();
  const api = createApi({
    token: "secret-token",
    timers,
    fetch: async (url, init) => {
      asked.push({ url, init });
      return await answer(init);
    },
  });
  return { api, asked, timers };
}

async function failureOf(ask: Promise<unknown>): Promise<ApiError> {
  try {
    await ask;
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return error;
  }
  throw new Error("It did not fail");
}

Deno.test("reads the settings with their version, and saves them for it", async () => {
  const { api, asked, timers } = apiThat(() =>
    Response.json({ obs: { port: 4455 } }, { headers: { etag: '"abc"' } })
  );
  const { document, version } = await api.readConfig();
  assert.equal(document.obs.port, 4455);
  assert.equal(version, "abc");
  await api.saveConfig({ obs: { port: null } }, version);
  const headers = new Headers(asked[1]?.init.headers);
  assert.equal(asked[1]?.url, "/api/v1/config");
  assert.equal(asked[1]?.init.method, "PUT");
  assert.equal(headers.get("if-match"), '"abc"');
  assert.equal(headers.get("authorization"), "Bearer secret-token");
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(asked[1]?.init.body, '{"obs":{"port":null}}');
  assert.equal(timers.pending, 0);
});

Deno.test("asks for a figure's last minutes", async () => {
  const history = { metric: "a b", unit: "1", points: [[1000, 1, 2, 3]] };
  const { api, asked } = apiThat(() => Response.json(history));
  const span = { from: 1000, to: 2000, points: 5 };
  assert.deepEqual(await api.history("a b", span), history);
  assert.equal(asked[0]?.url, "/api/v1/history?metric=a%20b&from=1000&to=2000&points=5");
});

Deno.test("asks for secrets, tests and checks at their places", async () => {
  const asks: [(api: Api) => Promise<unknown>, string, unknown][] = [
    [
      (api) => api.setCredential("grafana.api_token", "x"),
      "PUT /api/v1/credentials/grafana.api_token",
      {
        value: "x",
      },
    ],
    [
      (api) => api.removeCredential("grafana.api_token"),
      "DELETE /api/v1/credentials/grafana.api_token",
      null,
    ],
    [(api) => api.testConnection("obs"), "POST /api/v1/tests/obs", {}],
    [(api) => api.startPreflight(false), "POST /api/v1/preflight", { bandwidth: false }],
    [(api) => api.stopPreflight(), "DELETE /api/v1/preflight", null],
    [(api) => api.exportState(), "GET /api/v1/export", null],
    [(api) => api.preflight(), "GET /api/v1/preflight", null],
    [(api) => api.preflightRuns(), "GET /api/v1/preflight/runs", null],
  ];
  for (const [ask, line, body] of asks) {
    const { api, asked } = apiThat(() => Response.json({ ok: true, message: "fine" }));
    await ask(api);
    assert.equal(`${asked[0]?.init.method} ${asked[0]?.url}`, line);
    assert.deepEqual(JSON.parse(String(asked[0]?.init.body ?? "null")), body);
  }
});

Deno.test("tells what the sidecar found wrong, and that a stranger answers", async () => {
  const problems = [{ key: "obs.port", message: "[obs] port must be less" }];
  const refusing = apiThat(() =>
    new Response(JSON.stringify({ detail: "Not saved.", problems }), {
      status: 422,
      headers: { "content-type": "application/problem+json" },
    })
  );
  const refused = await failureOf(refusing.api.saveConfig({}, "v"));
  assert.deepEqual([refused.status, refused.message, refused.problems], [
    422,
    "Not saved.",
    problems,
  ]);
  const strange = apiThat(() => new Response("<h1>No</h1>", { status: 404 }));
  assert.match((await failureOf(strange.api.credentials())).message, /Another program/);
});

Deno.test("tells that nobody answers, or not in time, or in another version", async () => {
  const gone = apiThat(() => Promise.reject(new TypeError("Failed to fetch")));
  const { status, message } = await failureOf(gone.api.readConfig());
  assert.equal(status, null);
  assert.match(message, /cannot be reached/);

  const silent = apiThat((init) =>
    new Promise((_, fail) => {
      init.signal?.addEventListener("abort", () => fail(init.signal?.reason));
    })
  );
  const late = failureOf(silent.api.readConfig());
  await silent.timers.pass(9_999);
  assert.equal(silent.asked[0]?.init.signal?.aborted, false);
  await silent.timers.pass(1);
  assert.match((await late).message, /within 10 s/);

  const other = apiThat(() => new Response("<h1>Settings</h1>"));
  assert.match((await failureOf(other.api.credentials())).message, /another version/);
});
