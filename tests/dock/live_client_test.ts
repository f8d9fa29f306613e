import assert from "node:assert/strict";
import { createHistoryLoader, createLimitsLoader } from "../../dock/live_client.ts";
import { defaultConfig } from "../../shared/config.ts";

const NOW = 1_790_000_000_000;

/** A sidecar that answers everything with `answer`, and what it was asked. */
function sidecar(answer: () => Response) {
  const asked: { url: URL; init: RequestInit }[] = [];
  return {
    asked,
    token: "secret",
    now: () => NOW,
    fetch(url: string, init: RequestInit) {
      asked.push({ url: new URL(url, "http://127.0.0.1"), init });
      return Promise.resolve(answer());
    },
  };
}

Deno.test("asks for the last 15 minutes of a figure, with the token in a header", async () => {
  const history = { metric: "obs.active_fps", unit: "1/s", points: [[NOW, 1, 2, 3]] };
  const api = sidecar(() => Response.json(history));
  assert.deepEqual(await createHistoryLoader(api)("obs.active_fps"), history);
  const [{ url, init } = {}] = api.asked;
  assert.ok(url && init);
  assert.equal(url.pathname, "/api/v1/history");
  const { metric, from, to, points } = Object.fromEntries(url.searchParams);
  assert.equal(metric, "obs.active_fps");
  assert.equal(Number(to), NOW + 2000);
  assert.equal(Number(to) - Number(from), Number(points) * 2000);
  assert.equal(new Headers(init.headers).get("authorization"), "Bearer secret");
  assert.doesNotMatch(url.href, /secret/);
});

Deno.test("has no history where the sidecar has none or says something else", async () => {
  const answers = [
    () => new Response("{}", { status: 404 }),
    () => Response.json({ metric: "a", unit: "1", points: [["now", 1, 2, 3]] }),
    () => Response.json(null),
  ];
  for (const answer of answers) assert.equal(await createHistoryLoader(sidecar(answer))("a"), null);
});

Deno.test("reads the limits out of the settings", async () => {
  const limits = await createLimitsLoader(sidecar(() => Response.json(defaultConfig())))();
  assert.equal(limits?.lost_frames_error, defaultConfig().alerts.lost_frames_error);
  const refused = sidecar(() => new Response("{}", { status: 401 }));
  assert.equal(await createLimitsLoader(refused)(), null);
});
