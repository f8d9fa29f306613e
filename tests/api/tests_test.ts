import assert from "node:assert/strict";
import type { TestResult } from "../../shared/api.ts";
import { startApi } from "./api_fixture.ts";

Deno.test("runs each test once at a time and answers with what it found", async () => {
  const result: TestResult = { ok: false, message: "OBS hangs." };
  const running = Promise.withResolvers<TestResult>();
  let runs = 0;
  await using api = await startApi({
    tests: {
      obs: () => {
        runs++;
        return running.promise;
      },
      metrics: () => Promise.resolve({ ok: true, message: "It takes figures." }),
      notify: () => Promise.resolve({ ok: true, message: "It took the message." }),
    },
  });
  const post = (name: string, init: RequestInit = {}) =>
    api.get(`/api/v1/tests/${name}`, { method: "POST", ...init });
  const json = { "content-type": "application/json" };
  const first = post("obs");
  while (runs === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const busy = await post("obs");
  assert.equal(busy.status, 409);
  assert.match((await busy.json()).detail, /This test is running already/);
  assert.equal((await (await post("metrics")).json()).ok, true);
  assert.equal((await (await post("notify")).json()).message, "It took the message.");
  running.resolve(result);
  assert.deepEqual(await (await first).json(), result);
  const second = await post("metrics", { headers: json, body: "{}" });
  assert.deepEqual(await second.json(), { ok: true, message: "It takes figures." });
  assert.equal((await post("metrics", { headers: json, body: '{"a":1}' })).status, 422);
  assert.equal((await post("nonsense")).status, 404);
  assert.equal((await api.get("/api/v1/tests")).status, 404);
  assert.equal((await api.get("/api/v1/tests/obs")).status, 405);
  assert.equal(runs, 1);
});

Deno.test("a test that fails by a fault of the sidecar leaves the way free for the next", async () => {
  await using api = await startApi({
    tests: {
      obs: () => Promise.reject(new Error("canary")),
      metrics: () => Promise.resolve({ ok: true, message: "It takes figures." }),
      notify: () => Promise.resolve({ ok: true, message: "It took the message." }),
    },
  });
  const failed = await api.get("/api/v1/tests/obs", { method: "POST" });
  assert.equal(failed.status, 500);
  assert.ok(!(await failed.text()).includes("canary"));
  const next = await api.get("/api/v1/tests/metrics", { method: "POST" });
  assert.equal((await next.json()).ok, true);
});
