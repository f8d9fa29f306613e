import assert from "node:assert/strict";
import { judgeDelivery } from "../../../sidecar/preflight/obs/delivery.ts";
import { judgeLive } from "../../../sidecar/preflight/obs/live.ts";
import { judgeVersion } from "../../../sidecar/preflight/obs/reachable.ts";
import { judgeReplayBuffer } from "../../../sidecar/preflight/obs/replay_buffer.ts";
import { judgeService } from "../../../sidecar/preflight/obs/service.ts";
import { readServiceFacts } from "../../../sidecar/preflight/obs/service_facts.ts";
import { judgeStudioMode } from "../../../sidecar/preflight/obs/studio_mode.ts";
import { answered, parameters, REFUSED, told, TWITCH } from "./obs_fixture.ts";

Deno.test("OBS 28 is the oldest that will do", () => {
  const status = (obsVersion: string, obsWebSocketVersion: string) =>
    judgeVersion(answered({ obsVersion, obsWebSocketVersion })).status;
  assert.equal(status("28.0.0", "5.0.1"), "pass");
  assert.equal(status("32.1.0-beta1", "5.7.0"), "pass");
  assert.equal(status("27.2.4", "5.0.0"), "fail");
  assert.equal(status("28.0.0", "4.9.1"), "fail");
  assert.equal(judgeVersion(answered({})).status, "fail");
  const loading = judgeVersion({ ok: false, code: 207, data: {} });
  assert.equal(loading.seen, "OBS is still loading.");
});

function service(type: string, settings: Record<string, unknown>) {
  return readServiceFacts(
    answered({ streamServiceType: type, streamServiceSettings: settings }),
  );
}

Deno.test("sees Twitch's test mode in the key and in OBS's own setting", () => {
  const common = { service: "Twitch", server: "auto" };
  const modes = [
    service("rtmp_common", { ...common, key: "live_1", bwtest: true }),
    service("rtmp_common", { ...common, key: "live_1?bandwidthtest=true" }),
    service("rtmp_custom", { server: "rtmp://x/app", key: "live_1?a=b&bandwidthtest=true" }),
  ];
  for (const mode of modes) {
    const [finding] = judgeService(mode);
    assert.equal(finding?.status, "fail");
    assert.match(finding?.remedy ?? "", /Enable Bandwidth Test Mode/);
  }
  const live = service("rtmp_common", { ...common, key: "live_1", bwtest: false });
  assert.deepEqual(told(judgeService(live)), ["pass: OBS is set to stream to Twitch."]);
});

Deno.test("keeps no stream key", () => {
  for (const key of ["live_CANARY", "CANARY?bandwidthtest=true"]) {
    const facts = service("rtmp_custom", { server: "rtmp://x/app", key, password: "CANARY" });
    assert.equal(facts?.hasKey, true);
    assert.doesNotMatch(JSON.stringify([facts, judgeService(facts)]), /CANARY/);
  }
});

Deno.test("tells a missing server or key", () => {
  assert.deepEqual(told(judgeService(service("rtmp_custom", {}))), [
    "warning: OBS has no server to stream to.",
  ]);
  assert.deepEqual(told(judgeService(service("rtmp_common", {}))), [
    "warning: OBS has no server to stream to.",
  ]);
  assert.deepEqual(told(judgeService(service("rtmp_common", { service: "YouTube - RTMPS" }))), [
    "warning: OBS has no stream key for YouTube.",
  ]);
  const keyless = [{ server: "srt://x:9000?streamid=a" }, { server: "rtmp://10.0.0.2/live" }];
  for (const settings of keyless) {
    assert.equal(judgeService(service("rtmp_custom", settings))[0]?.status, "pass");
  }
  const open = service("whip_custom", { server: "https://x/whip" });
  assert.equal(judgeService(open)[0]?.status, "pass");
  const whip = service("whip_custom", { server: "https://x/whip", bearer_token: "t" });
  assert.equal(judgeService(whip)[0]?.status, "pass");
  assert.equal(judgeService(readServiceFacts(REFUSED))[0]?.status, "skipped");
});

Deno.test("names what is live, and counts neither recordings nor the virtual camera", () => {
  const output = (outputName: string, outputKind: string, outputActive = true) => ({
    outputName,
    outputKind,
    outputActive,
  });
  const quiet = answered({
    outputs: [
      output("adv_file_output", "ffmpeg_muxer"),
      output("virtualcam_output", "virtualcam_output"),
      output("adv_stream", "rtmp_output", false),
    ],
  });
  assert.deepEqual(told(judgeLive(quiet, TWITCH)), ["pass: Nothing is being streamed yet."]);
  const live = answered({
    outputs: [
      output("adv_stream", "rtmp_output"),
      output("aitum_multi_output_Kick", "rtmp_output"),
    ],
  });
  assert.deepEqual(told(judgeLive(live, TWITCH)), [
    "warning: OBS streams already: Twitch, Kick.",
  ]);
});

Deno.test("tells delay, Dynamic Bitrate and reconnecting", () => {
  assert.deepEqual(told(judgeDelivery(parameters())), [
    "pass: No stream delay; OBS reconnects by itself.",
  ]);
  const findings = judgeDelivery(parameters({
    "Output/DelayEnable": "true",
    "Output/DelaySec": "20",
    "Output/Reconnect": "false",
    "Output/DynamicBitrate": "true",
  }));
  assert.deepEqual(findings.map(({ status }) => status), ["warning", "warning", "pass"]);
  assert.match(findings[0]?.seen ?? "", /viewers see you 20 s later/);
  assert.match(findings[1]?.remedy ?? "", /Settings > Advanced > Automatically Reconnect/);
  assert.match(told(judgeDelivery(parameters({ "Output/MaxRetries": "0" })))[0] ?? "", /^warning/);
});

Deno.test("studio mode with another preview is a warning", () => {
  const judge = (studioModeEnabled: boolean, preview: string) =>
    judgeStudioMode({
      enabled: answered({ studioModeEnabled }),
      program: answered({ currentProgramSceneName: "Live" }),
      preview: answered({ currentPreviewSceneName: preview }),
    })[0];
  assert.equal(judge(false, "Live")?.status, "pass");
  assert.equal(judge(true, "Live")?.status, "pass");
  const other = judge(true, "Start\u202e\n");
  assert.equal(other?.status, "warning");
  assert.equal(other?.seen, 'Studio mode: viewers get "Live", your preview is "Start".');
});

Deno.test("a replay buffer that is set up and stands is a note", () => {
  const simple = parameters({ "SimpleOutput/RecRB": "true" });
  const [note] = judgeReplayBuffer(answered({ outputActive: false }), simple);
  assert.equal(note?.status, "pass");
  assert.equal(note?.remedy, "Controls > Start Replay Buffer.");
  assert.equal(judgeReplayBuffer(answered({ outputActive: true }), simple)[0]?.remedy, null);
  assert.equal(judgeReplayBuffer(REFUSED, parameters())[0]?.remedy, null);
});
