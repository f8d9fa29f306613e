/** `deno task preflight` as it is built, against a real OBS and nginx. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { type PreflightReport, PreflightReportSchema } from "../../shared/preflight.ts";
import { counterpartTest, FFMPEG, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startObs } from "../peers/obs.ts";
import { until } from "../peers/until.ts";
import { prepareTone } from "./obs/tone.ts";
import { CANARY, preflightRig } from "./preflight_rig.ts";

function reportIn(stdout: string): PreflightReport {
  return v.parse(PreflightReportSchema, JSON.parse(stdout));
}

function failures({ checks }: PreflightReport): string[] {
  return checks.filter(({ status }) => status === "fail").map(({ id }) => id);
}

counterpartTest("an evening that is fine is a go, one with a fault a no-go with its remedy", [
  OBS,
  XVFB,
  NGINX_RTMP,
  FFMPEG,
], async (t) => {
  await using nginx = await startNginxRtmp();
  await using obs = await startObs({
    profile: { SimpleOutput: { VBitrate: 1000, ABitrate: 160 } },
    prepare: prepareTone,
  });
  await using rig = await preflightRig({ home: obs.home });
  const config = (limit: number) =>
    rig.configure(
      '[obs]\nhost = "127.0.0.1"\n' +
        ["twitch", "youtube"].map((name) => `[platforms.${name}]\nenabled = false\n`).join("") +
        `[platforms.kick]\ningest_url = "${nginx.liveUrl}"\n` +
        `[platforms.mine]\ningest_url = "${nginx.liveUrl}"\ntest_key = true\n` +
        `max_bitrate_kbps = ${limit}\n`,
    );
  await config(6000);
  await rig.setKey("kick", "127.0.0.1");
  await rig.setKey("mine", "127.0.0.1");
  await obs.setServer(nginx.liveUrl, "obs-own-canary-key");
  const create = (inputName: string, inputKind: string, inputSettings: Record<string, string>) =>
    obs.client.call("CreateInput", { sceneName: "Scene", inputName, inputKind, inputSettings });
  await create("Colour", "color_source_v3", {});
  await create("Mic", "alsa_input_capture", { device_id: "default" });

  await t.step("a go ends with 0", async () => {
    const { code, stdout, stderr } = await rig.run("--json");
    const report = reportIn(stdout);
    assert.deepEqual(failures(report), [], stdout);
    assert.deepEqual([code, report.verdict], [0, "go"]);
    for (const text of [stdout, stderr]) assert.doesNotMatch(text, new RegExp(`${CANARY}|canary`));
    const mine = report.checks.find(({ id }) => id === "network.mine");
    assert.match(JSON.stringify(mine?.findings), /stream key works/);
    assert.equal(await nginx.publishing(), 0);
    assert.equal(
      nginx.recordings().length,
      1,
      "only the platform with a test key was published to",
    );
  });

  await t.step("the bandwidth is measured against OBS's own bitrate", async () => {
    const { stdout } = await rig.run(
      ...["--json", "--bandwidth", "--duration", "5", "--platform", "mine"],
    );
    const [measured] = reportIn(stdout).bandwidth;
    assert.equal(measured?.platform, "mine");
    // 1000 for the picture and 160 for the sound, and a fifth more.
    assert.equal(measured?.pace_kbps, 1392);
    assert.equal(await nginx.publishing(), 0);
  });

  await t.step("a bitrate over the limit ends with 1 and says what to set", async () => {
    await config(800);
    const { code, stdout } = await rig.run();
    assert.equal(code, 1);
    assert.match(stdout, /Video has 1000 kbit\/s\./);
    assert.match(stdout, /Settings > Output > Streaming > Video Bitrate: 800 or less\./);
    assert.match(stdout, /^NO-GO\. /m);
    await config(6000);
  });

  await t.step("a stream that begins ends the bandwidth test, and goes on", async () => {
    const run = rig.start(["--json", "--bandwidth", "--duration", "60", "--platform", "mine"]);
    const recorded = nginx.recordings().length;
    await until(() => nginx.recordings().length >= recorded + 2, {
      what: "the bandwidth test publishes",
      withinMs: 30_000,
    });
    await obs.startStream();
    const { stdout } = await run.outcome;
    const check = reportIn(stdout).checks.find(({ id }) => id === "bandwidth.mine");
    assert.match(check?.findings[0]?.seen ?? "", /The test was stopped: OBS streams/);
    assert.equal(await nginx.publishing(), 1, "OBS's own stream alone");
    assert.equal((await rig.run("--bandwidth")).code, 2);
    await obs.stopStream();
  });

  await t.step("an OBS that is gone is a no-go", async () => {
    await obs.kill9();
    const { code, stdout } = await rig.run("--json");
    assert.equal(code, 1);
    assert.deepEqual(failures(reportIn(stdout)), ["obs.reachable"]);
  });
});
