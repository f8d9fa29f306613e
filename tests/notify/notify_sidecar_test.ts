/** A whole sidecar tells of an OBS that crashes, and that it is back. */
import assert from "node:assert/strict";
import { jsonOf, type SidecarRig, sidecarTest } from "../api/sidecar_rig.ts";
import { until } from "../peers/until.ts";
import { startWebhook } from "./notify_rig.ts";

const CANARY = "canary-0123456789abcdef";

async function setAddress(rig: SidecarRig, value: string): Promise<void> {
  const answer = await rig.put("/api/v1/credentials/notify.webhook_url", { value });
  assert.equal(answer.status, 204, await answer.text());
}

async function goLive(rig: SidecarRig): Promise<void> {
  await until(() => JSON.parse(rig.bridge()).obs.connected === true, { what: "OBS is found" });
  rig.obs.startOutput("simple_stream");
  await until(() => JSON.parse(rig.bridge()).obs.streaming === true, { what: "it is live" });
}

async function assertNoSecret(rig: SidecarRig, others: readonly string[]): Promise<void> {
  const paths = ["/api/v1/telemetry", "/api/v1/config", "/api/v1/credentials"];
  const answers = await Promise.all(paths.map(async (path) => (await rig.ask(path)).text()));
  const said = [...answers, ...others, ...rig.lines, rig.bridge()].join("\n");
  assert.ok(!said.includes("canary"), "the address came out");
}

sidecarTest("tells once that OBS crashed and once that it is back", async (rig) => {
  await using webhook = startWebhook(() => new Response(null, { status: 204 }));
  await setAddress(rig, `${webhook.origin}/${CANARY}`);
  await goLive(rig);
  const crashedAt = Date.now();
  await rig.obs.crash();
  await until(() => webhook.got.length > 0, { what: "the alert is told" });
  await rig.obs.restart();
  await until(() => webhook.got.length > 1, { what: "it is told that it is over" });
  const [first, second] = webhook.got.map(({ body }) => JSON.parse(body));
  assert.deepEqual([first.streamer, first.state, first.alerts.length], ["anna", "firing", 1]);
  const [lost] = first.alerts;
  assert.deepEqual([lost.id, lost.severity, lost.state], ["obs_lost", "critical", "firing"]);
  assert.ok(lost.since >= crashedAt && lost.since <= Date.now());
  assert.deepEqual([second.state, second.alerts.length], ["resolved", 1]);
  assert.deepEqual([second.alerts[0].id, second.alerts[0].state], ["obs_lost", "resolved"]);
  assert.equal(second.alerts[0].since, lost.since);
  assert.equal(webhook.got.length, 2);
  assert.ok(webhook.got.every(({ path }) => path === `/${CANARY}`));
  await assertNoSecret(rig, webhook.got.map(({ body }) => body));
}, { config: '[notify]\nenabled = true\ntemplate = "json"\n[engine]\nstreamer_name = "anna"\n' });

sidecarTest("an address that is gone is told in the dock, and a new one is used", async (rig) => {
  await using gone = startWebhook(() => new Response(CANARY, { status: 404 }));
  await using webhook = startWebhook(() => new Response());
  await setAddress(rig, `${gone.origin}/${CANARY}`);
  // Switched on while it runs.
  const on = { notify: { enabled: true, template: "ntfy" } };
  assert.equal((await rig.put("/api/v1/config", on)).status, 200);
  await goLive(rig);
  await rig.obs.crash();
  const notice = () =>
    JSON.parse(rig.bridge()).health.alerts.find(({ id }: { id: string }) =>
      id === "sidecar:notify"
    );
  await until(() => notice() !== undefined, { what: "the user is told" });
  assert.match(notice().message, /^127\.0\.0\.1 knows no such address \(404\)/);
  assert.equal(notice().severity, "info");
  assert.equal(gone.got.length, 1);
  await assertNoSecret(rig, []);

  await setAddress(rig, `${webhook.origin}/my-topic`);
  await until(() => webhook.got.length > 0, { what: "the alert is told at the new address" });
  assert.equal(webhook.got[0]?.path, "/");
  const { topic, title } = JSON.parse(webhook.got[0]?.body ?? "");
  assert.deepEqual([topic, title], ["my-topic", "test: critical"]);
  await until(() => notice() === undefined, { what: "the notice is gone" });
});

sidecarTest("a test message goes out also while alerts are not sent", async (rig) => {
  let status = 200;
  await using webhook = startWebhook(() => new Response(CANARY, { status }));
  const test = async () => {
    const said = await jsonOf(await rig.ask("/api/v1/tests/notify", { method: "POST" }));
    await assertNoSecret(rig, [JSON.stringify(said)]);
    return said;
  };
  await setAddress(rig, `${webhook.origin}/${CANARY}`);
  assert.match(String((await test())["message"]), /no webhook of Discord's/);
  assert.equal((await rig.put("/api/v1/config", { notify: { template: "json" } })).status, 200);
  assert.deepEqual(await test(), {
    ok: true,
    message: "127.0.0.1 took the message. Alerts go there once [notify] enabled = true.",
  });
  const { version, streamer, state, alerts } = JSON.parse(webhook.got[0]?.body ?? "");
  assert.deepEqual([version, streamer, state, alerts], [1, "test", "test", []]);
  status = 403;
  assert.equal((await test())["ok"], false);
  assert.equal(
    (await rig.ask("/api/v1/credentials/notify.webhook_url", { method: "DELETE" })).status,
    204,
  );
  assert.match(
    String((await test())["message"]),
    /^No address is set up\. Set notify\.webhook_url/,
  );
});
