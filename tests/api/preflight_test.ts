/** The checks over the API: a whole sidecar, a simulated OBS, a scripted ingest server. */
import assert from "node:assert/strict";
import * as v from "valibot";
import {
  type PreflightReport,
  PreflightReportSchema,
  PreflightRunsSchema,
} from "../../shared/preflight.ts";
import { createOutput } from "../../sidecar/demo/state.ts";
import { takeRunLock } from "../../sidecar/preflight/run_lock.ts";
import { startRtmpServer } from "../peers/rtmp_server.ts";
import { until } from "../peers/until.ts";
import { jsonOf, type SidecarRig, sidecarTest } from "./sidecar_rig.ts";

const PATH = "/api/v1/preflight";
const CANARY = "canary-stream-key-31";

const NONE = ["twitch", "youtube", "kick"]
  .map((name) => `[platforms.${name}]\nenabled = false\n`).join("");

function post(rig: SidecarRig, body: unknown): Promise<Response> {
  return rig.ask(PATH, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

async function latest(rig: SidecarRig): Promise<PreflightReport> {
  return v.parse(PreflightReportSchema, await jsonOf(await rig.ask(PATH)));
}

async function ended(rig: SidecarRig): Promise<PreflightReport> {
  return await until(async () => {
    const report = await latest(rig);
    return report.finished_at !== null && report;
  }, { what: "the run has ended", withinMs: 20_000 });
}

async function connected(rig: SidecarRig): Promise<void> {
  await until(() => JSON.parse(rig.bridge()).obs.connected, { what: "OBS is connected" });
}

sidecarTest("a run is begun, followed, kept, and is the only one", async (rig) => {
  await connected(rig);
  assert.equal((await rig.ask(PATH)).status, 404);
  assert.equal((await rig.ask(PATH, { method: "DELETE" })).status, 404);
  assert.deepEqual(await jsonOf(await rig.ask(`${PATH}/runs`)), { runs: [] });
  const events = await rig.ask("/api/v1/events");
  const { id } = await jsonOf(await post(rig, {}), 202);
  assert.equal((await latest(rig)).id, id);
  assert.equal((await post(rig, {})).status, 409);
  const report = await ended(rig);
  assert.equal(report.id, id);
  assert.equal(report.checks.find((check) => check.id === "obs.reachable")?.status, "pass");
  assert.ok(!JSON.stringify(report).includes("simulated-stream-key"));
  const { runs } = v.parse(PreflightRunsSchema, await jsonOf(await rig.ask(`${PATH}/runs`)));
  assert.deepEqual(runs.map((run) => run.id), [id]);
  let told = "";
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  while (!/"finished_at":\d+/.test(told)) told += (await reader.read()).value;
  await reader.cancel();
  assert.match(told, /^event: preflight\nid: preflight-\d+\ndata: \{"version":1/m);
}, { config: NONE });

sidecarTest(
  "a bandwidth test over the API: not while live, stopped by DELETE, then kept",
  async (rig) => {
    using server = startRtmpServer({ acknowledgeEvery: 20_000 }, { keepMedia: false });
    await rig.vault.set("platforms.mine.stream_key", new TextEncoder().encode(CANARY), {
      host: "127.0.0.1",
    });
    await jsonOf(
      await rig.put("/api/v1/config", {
        platforms: { mine: { ingest_url: server.url, test_key: true, max_bitrate_kbps: 800 } },
      }),
    );
    await connected(rig);
    const output = createOutput("aitum_multi_1", { role: "stream" });
    rig.obs.state.outputs.push(output);
    output.active = true;
    const refused = await post(rig, { bandwidth: true });
    assert.equal(refused.status, 409);
    assert.match((await refused.json()).detail, /OBS streams/);
    output.active = false;
    await jsonOf(await post(rig, { bandwidth: true, duration_s: 60 }), 202);
    await until(() => server.received.mediaBytes > 300_000, { what: "it sends", withinMs: 30_000 });
    assert.equal((await rig.ask(PATH, { method: "DELETE" })).status, 204);
    const report = await latest(rig);
    assert.match(report.stopped ?? "", /was stopped in the dock/);
    assert.equal(report.verdict, null);
    assert.deepEqual(server.commands.slice(-2), ["FCUnpublish", "deleteStream"]);
    const files = Array.from(Deno.readDirSync(rig.folder)).filter(({ isFile }) => isFile);
    for (const { name } of files) {
      const text = new TextDecoder().decode(Deno.readFileSync(`${rig.folder}/${name}`));
      assert.ok(!text.includes(CANARY), name);
    }
    assert.ok(!rig.lines.join("\n").includes(CANARY));
  },
  { config: NONE },
);

sidecarTest("what is no request for a run is refused, and nothing is begun", async (rig) => {
  const wrong: [number, unknown][] = [
    [400, "{"],
    [422, "[]"],
    [422, "null"],
    [422, { bandwidth: "yes" }],
    [422, { platforms: "twitch" }],
    [422, { platforms: ["nobody"] }],
    [422, { platforms: [1] }],
    [422, { platforms: Array(65).fill("twitch") }],
    [422, { duration_s: 1e9 }],
    [422, { duration_s: 5.5 }],
    [422, '{"duration_s":1e999}'],
    [422, { force: true }],
    [422, '{"__proto__":{"bandwidth":true}}'],
    [422, '{"bandwidth":true,"bandwidth":false}'],
    [422, "[".repeat(10_000) + "]".repeat(10_000)],
    [413, `"${"x".repeat(1 << 20)}"`],
  ];
  for (const [status, body] of wrong) {
    const answer = await post(rig, body);
    assert.equal(answer.status, status, String(body).slice(0, 80));
    assert.match(answer.headers.get("content-type") ?? "", /problem\+json/);
    await answer.body?.cancel();
  }
  const form = await rig.ask(PATH, { method: "POST", body: new URLSearchParams({ a: "b" }) });
  assert.equal(form.status, 415);
  assert.equal((await rig.ask(PATH, { method: "PUT" })).status, 405);
  assert.equal((await rig.ask(`${PATH}/runs`, { method: "POST" })).status, 405);
  assert.equal((await rig.ask(`${PATH}/other`)).status, 404);
  assert.equal((await rig.ask(PATH)).status, 404);
}, { config: NONE });

sidecarTest("runs the checks at the start once OBS is there, if that is wanted", async (rig) => {
  const report = await until(async () => {
    const answer = await rig.ask(PATH);
    const body = await answer.json();
    return answer.status === 200 && body.finished_at !== null && body;
  }, { what: "the run at the start has ended", withinMs: 20_000 });
  assert.equal(v.parse(PreflightReportSchema, report).checks[0]?.status, "pass");
}, { config: `${NONE}[preflight]\nauto_run = true\n` });

sidecarTest("is not offered where it is turned off", async (rig) => {
  const refused = await post(rig, {});
  assert.equal(refused.status, 409);
  assert.match((await refused.json()).detail, /turned off/);
}, { config: `${NONE}[preflight]\nenabled = false\n` });

sidecarTest(
  "the platform that the user says an output feeds stands in the snapshot",
  async (rig) => {
    await connected(rig);
    const output = createOutput("aitum_multi_1", { role: "stream" });
    rig.obs.state.outputs.push(output);
    output.active = true;
    await until(() => JSON.parse(rig.bridge()).obs.outputs[0]?.platform === "mine", {
      what: "the output's platform is the user's",
    });
  },
  { config: `${NONE}[platforms.mine]\noutput = "AITUM_multi_1"\n` },
);

sidecarTest("a run is refused while another program runs the checks", async (rig) => {
  {
    using lock = await takeRunLock(`${rig.folder}/preflight.json`);
    assert.ok(lock);
    const refused = await post(rig, {});
    assert.equal(refused.status, 409);
    assert.match(await refused.text(), /Checks are running already/);
  }
  await jsonOf(await post(rig, {}), 202);
}, { config: NONE });
