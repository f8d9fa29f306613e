import assert from "node:assert/strict";
import * as v from "valibot";
import { CredentialsSchema } from "../../shared/api.ts";
import { until } from "../peers/until.ts";
import { jsonOf, type SidecarRig, sidecarTest } from "./sidecar_rig.ts";

const CREDENTIALS = "/api/v1/credentials";
const PASSWORD = `${CREDENTIALS}/obs.websocket.password`;

async function list(rig: SidecarRig) {
  const { credentials } = v.parse(CredentialsSchema, await jsonOf(await rig.ask(CREDENTIALS)));
  return new Map(credentials.map((credential) => [credential.id, credential]));
}

async function store(rig: SidecarRig, id: string, value: string): Promise<void> {
  const response = await rig.put(`${CREDENTIALS}/${id}`, { value });
  assert.equal(response.status, 204, await response.text());
}

/** A secret as the vault has it for a host. */
async function textFor(rig: SidecarRig, id: string, host: string): Promise<string | null> {
  using secret = await rig.vault.getFor(id, host);
  return secret?.text() ?? null;
}

sidecarTest("stores a secret for the host that the settings name, and deletes it", async (rig) => {
  await store(rig, "obs.websocket.password", 'pä"ss 😀');
  assert.equal(await textFor(rig, "obs.websocket.password", "localhost"), 'pä"ss 😀');
  const entry = (await list(rig)).get("obs.websocket.password");
  assert.deepEqual([entry?.host, entry?.usable, entry?.last_used], ["localhost", true, null]);
  assert.ok((entry?.created_at ?? 0) > 1_600_000_000_000);
  assert.equal((await rig.ask(PASSWORD, { method: "DELETE" })).status, 204);
  assert.equal((await list(rig)).has("obs.websocket.password"), false);
  const again = await jsonOf(await rig.ask(PASSWORD, { method: "DELETE" }), 404);
  assert.match(String(again["detail"]), /is not set/);
});

sidecarTest("a password is in force at once", async (rig) => {
  await rig.obs.crash();
  rig.obs.password = "canary-new-password";
  await rig.obs.restart();
  await until(() => rig.lines.some((line) => /OBS refused the connection/.test(line)), {
    what: "OBS refuses the sidecar",
  });
  await store(rig, "obs.websocket.password", "canary-new-password");
  await until(() => JSON.parse(rig.bridge()).obs.connected === true, { what: "OBS is connected" });
});

sidecarTest("a stream key wants a server, and does not follow to another", async (rig) => {
  const id = "platforms.kick.stream_key";
  const before = await rig.state();
  const refused = await jsonOf(await rig.put(`${CREDENTIALS}/${id}`, { value: "canary" }), 422);
  assert.match(String(refused["detail"]), /Set ingest_url in \[platforms\.kick\] first/);
  assert.equal(await rig.state(), before);

  const server = (host: string) =>
    rig.put("/api/v1/config", { platforms: { kick: { ingest_url: `rtmps://${host}/app` } } });
  assert.equal((await server("one.example")).status, 200);
  await store(rig, id, "canary");
  assert.deepEqual(
    [(await list(rig)).get(id)?.host, (await list(rig)).get(id)?.usable],
    ["one.example", true],
  );
  assert.equal((await server("two.example")).status, 200);
  assert.equal((await list(rig)).get(id)?.usable, false);
  assert.equal(await textFor(rig, id, "two.example"), null);
  assert.equal((await server("one.example")).status, 200);
  assert.equal((await list(rig)).get(id)?.usable, true);
});

sidecarTest("a metrics token wants an address, and does not follow to another", async (rig) => {
  const id = "grafana.api_token";
  const refused = await jsonOf(await rig.put(`${CREDENTIALS}/${id}`, { value: "canary" }), 422);
  assert.match(String(refused["detail"]), /Set grafana\.api_url first/);
  await store(rig, "grafana.api_url", "https://one.example/otlp");
  await store(rig, id, "canary");
  const { host, usable } = (await list(rig)).get(id) ?? {};
  assert.deepEqual([host, usable], ["one.example", true]);
  await store(rig, "grafana.api_url", "https://two.example/otlp");
  assert.equal((await list(rig)).get(id)?.usable, false);
  const address = (await list(rig)).get("grafana.api_url");
  assert.deepEqual([address?.host, address?.usable, address?.last_used], [null, true, null]);
}, { config: "[grafana]\nenabled = false\n" });

sidecarTest("refuses ids, values and bodies that cannot be", async (rig) => {
  const before = await rig.state();
  const bodies: [string, string, number][] = [
    [`${CREDENTIALS}/nonsense`, '{"value":"x"}', 422],
    [`${CREDENTIALS}/platforms.A.stream_key`, '{"value":"x"}', 422],
    [`${CREDENTIALS}/__proto__`, '{"value":"x"}', 422],
    [PASSWORD, '{"value":""}', 422],
    [PASSWORD, '{"value":5}', 422],
    [PASSWORD, '{"value":"x","host":"evil.example"}', 422],
    [PASSWORD, "", 422],
    [PASSWORD, JSON.stringify({ value: "x".repeat(65_536) }), 413],
    [`${CREDENTIALS}/a/b`, '{"value":"x"}', 404],
  ];
  for (const [path, body, status] of bodies) {
    const headers = { "content-type": "application/json" };
    const answer = await rig.ask(path, { method: "PUT", headers, body });
    await jsonOf(answer, status);
  }
  await jsonOf(await rig.ask(`${CREDENTIALS}/nonsense`, { method: "DELETE" }), 422);
  assert.equal(await rig.state(), before);
  await store(rig, "obs.websocket.password", "x".repeat(65_000));
});

sidecarTest(
  "says why the vault cannot be opened, and shows the settings all the same",
  async (rig) => {
    const bytes = await Deno.readFile(rig.vaultPath);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await Deno.writeFile(rig.vaultPath, bytes);
    const before = await rig.state();
    for (
      const answer of [
        await rig.ask(CREDENTIALS),
        await rig.put(PASSWORD, { value: "canary" }),
        await rig.ask(PASSWORD, { method: "DELETE" }),
      ]
    ) {
      assert.match(String((await jsonOf(answer, 503))["detail"]), /vault/i);
    }
    const { notify } = await jsonOf(await rig.ask("/api/v1/config")) as {
      notify?: { webhook_url: unknown };
    };
    assert.deepEqual(notify?.webhook_url, { set: false });
    assert.equal(await rig.state(), before);
  },
);
