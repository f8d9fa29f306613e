import assert from "node:assert/strict";
import { changedKeys, defaultConfig } from "../../shared/config.ts";
import { until } from "../peers/until.ts";
import { freePort } from "../peers/ports.ts";
import { jsonOf, type SidecarRig, sidecarTest } from "./sidecar_rig.ts";

const CONFIG = "/api/v1/config";

interface Shown {
  engine: { bridge_update_rate: number; log_level: string; streamer_name: string | null };
  obs: { host: string; password: { set: boolean } };
  platforms: Record<string, Record<string, unknown>>;
  notify: { webhook_url: { set: boolean } };
}

async function show(rig: SidecarRig): Promise<{ document: Shown; etag: string }> {
  const response = await rig.ask(CONFIG);
  const etag = response.headers.get("etag") ?? "";
  return { document: await jsonOf(response) as unknown as Shown, etag };
}

async function refused(
  rig: SidecarRig,
  { body, status, pattern, headers = {} }: {
    body: unknown;
    status: number;
    pattern: RegExp;
    headers?: Record<string, string>;
  },
): Promise<{ key: string | null; message: string }[]> {
  const before = await rig.state();
  const answer = await jsonOf(await rig.put(CONFIG, body, headers), status);
  assert.match(String(answer["detail"]), pattern);
  assert.equal(await rig.state(), before);
  return (answer["problems"] ?? []) as { key: string | null; message: string }[];
}

sidecarTest("shows every setting, and of secrets whether they are set", async (rig) => {
  const { document, etag } = await show(rig);
  assert.match(etag, /^"[0-9a-f]{64}"$/);
  assert.deepEqual(Object.keys(document).sort(), Object.keys(defaultConfig()).sort());
  assert.deepEqual(document.obs.password, { set: false });
  assert.deepEqual(document.notify.webhook_url, { set: true });
  assert.deepEqual(document.platforms["twitch"]?.["stream_key"], { set: false });
});

sidecarTest("takes back what it shows, and changes nothing by it", async (rig) => {
  const { document, etag } = await show(rig);
  const before = await rig.state();
  const answer = await rig.put(CONFIG, document, { "if-match": etag });
  assert.deepEqual(await jsonOf(answer), document);
  assert.equal(answer.headers.get("etag"), etag);
  assert.equal(await rig.state(), before);
});

sidecarTest("saves a change with the user's comments, in force when it answers", async (rig) => {
  const { etag } = await show(rig);
  const change = { engine: { bridge_update_rate: 100 }, platforms: { own: { test_key: true } } };
  const answer = await rig.put(CONFIG, change, { "if-match": etag });
  const document = await jsonOf(answer) as unknown as Shown;
  assert.equal(document.engine.bridge_update_rate, 100);
  assert.equal(document.platforms["own"]?.["test_key"], true);
  assert.notEqual(answer.headers.get("etag"), etag);
  assert.equal((await show(rig)).etag, answer.headers.get("etag"));
  const toml = await Deno.readTextFile(rig.configPath);
  assert.ok(toml.startsWith("# mine\n"));
  assert.match(toml, /bridge_update_rate = 100\n/);
  assert.equal(rig.lines.filter((line) => /New settings from/.test(line)).length, 1);
  const { sequence } = JSON.parse(rig.bridge());
  await until(() => JSON.parse(rig.bridge()).sequence >= sequence + 10, {
    what: "it ticks ten times at the new pace",
  });
  const back = await jsonOf(await rig.put(CONFIG, { engine: { bridge_update_rate: null } }));
  assert.deepEqual(
    changedKeys(back as never, { ...back, engine: document.engine } as never),
    ["engine.bridge_update_rate"],
  );
  assert.ok(!(await Deno.readTextFile(rig.configPath)).includes("bridge_update_rate"));
});

sidecarTest("names every problem of a change and saves none of it", async (rig) => {
  const problems = await refused(rig, {
    status: 422,
    pattern: /Nothing was saved/,
    body: {
      engine: { bridge_update_rate: 50, log_level: "loud", bridge_update_rat: 1 },
      api: { port: "4477" },
      nonsense: {},
      obs: { password: "hunter2-canary" },
      platforms: { twitch: { stream_key: null }, "Not Allowed": {} },
      alerts: [1],
      dock: { theme: "light" },
    },
  });
  assert.deepEqual(problems.map(({ key }) => key).sort(), [
    "alerts",
    "api.port",
    "engine.bridge_update_rat",
    "engine.bridge_update_rate",
    "engine.log_level",
    "nonsense",
    "obs.password",
    "platforms.Not Allowed",
    "platforms.twitch.stream_key",
  ]);
  const text = JSON.stringify(problems);
  assert.match(text, /\/api\/v1\/credentials\/obs\.websocket\.password/);
  assert.match(text, /did you mean bridge_update_rate/);
  assert.ok(!text.includes("hunter2"));
  for (const body of [null, [], "x", 1]) {
    await refused(rig, { body, status: 422, pattern: /must be an object/ });
  }
});

sidecarTest("refuses a change that was made for another file", async (rig) => {
  const { etag } = await show(rig);
  const body = { engine: { log_level: "warn" } };
  for (const tag of ['"other"', `W/${etag}`, etag.slice(1, -1), ""]) {
    await refused(rig, {
      body,
      status: 412,
      pattern: /changed in the meantime/,
      headers: { "if-match": tag },
    });
  }
  const allowed = await rig.put(CONFIG, body, { "if-match": `"other", ${etag}` });
  assert.equal((await jsonOf(allowed) as unknown as Shown).engine.log_level, "warn");
  assert.equal((await rig.put(CONFIG, body, { "if-match": "*" })).status, 200);
});

sidecarTest(
  "shows what is in force while the file is damaged, and leaves the file",
  async (rig) => {
    const { document, etag } = await show(rig);
    await Deno.writeTextFile(rig.configPath, "[engine\nbridge_update_rate = 1\n");
    for (const headers of [{}, { "if-match": etag }]) {
      const problems = await refused(rig, {
        body: { engine: { log_level: "warn" } },
        status: 409,
        pattern: /Mend them first/,
        headers,
      });
      assert.match(problems[0]?.message ?? "", /^line \d/);
    }
    await until(() => rig.lines.some((line) => /has errors/.test(line)), {
      what: "the log tells of the damage",
    });
    assert.deepEqual(await show(rig), { document, etag });
  },
);

sidecarTest("answers at the old port that it goes to a new one", async (rig) => {
  const port = freePort();
  const answer = await jsonOf(await rig.put(CONFIG, { api: { port } }));
  assert.deepEqual(answer["api"], { port });
  await until(() => rig.sidecar.api.state().port === port, { what: "the API has moved" });
  assert.equal((await rig.ask(CONFIG)).status, 200);
  await assert.rejects(fetch(`http://127.0.0.1:${rig.port}/healthz`));
});

/** Reads the events until disposed of. */
async function follow(rig: SidecarRig) {
  const leaving = new AbortController();
  const events = await rig.ask("/api/v1/events", { signal: leaving.signal });
  const followed = {
    text: "",
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await reading;
    },
  };
  const reading = (async () => {
    for await (const part of events.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      followed.text += part;
    }
  })().catch(() => {});
  return followed;
}

sidecarTest("tells docks of an alert that comes and of one that goes", async (rig) => {
  await using events = await follow(rig);
  const alert = /event: alert\nid: \S+\ndata: \{"state":"(\w+)","alert":\{"id":"memory_full"/g;
  const states = () => [...events.text.matchAll(alert)].map(([, state]) => state);
  const limits = { memory_warning: 0, slow_hold: 0 };
  assert.equal((await rig.put(CONFIG, { alerts: limits })).status, 200);
  await until(() => states().join() === "firing", { what: "the alert fires" });
  assert.equal((await rig.put(CONFIG, { alerts: { enabled: false } })).status, 200);
  await until(() => states().join() === "firing,resolved", { what: "the alert is resolved" });
});

sidecarTest("tells docks of a new version and a new look", async (rig) => {
  await using events = await follow(rig);
  const { etag } = await show(rig);
  await until(() => events.text.includes(`"theme":"light","version":${etag}}`), {
    what: "the dock knows the look of OBS's theme",
  });
  const dark = await rig.put(CONFIG, { dock: { theme: "dark" } });
  await dark.body?.cancel();
  await until(() => events.text.includes(`"theme":"dark","version":${dark.headers.get("etag")}}`), {
    what: "the dock knows the look that the user chose, and the version",
  });
  await Deno.writeTextFile(rig.configPath, `${await Deno.readTextFile(rig.configPath)}# more\n`);
  await until(async () => {
    const { etag } = await show(rig);
    return etag !== dark.headers.get("etag") &&
      events.text.includes(`"theme":"dark","version":${etag}}`);
  }, { what: "the dock knows the version of a file with another comment" });
}, { obsFiles: { "user.ini": "\uFEFF[Appearance]\nTheme=com.obsproject.Yami.Light\n" } });
