import assert from "node:assert/strict";
import type { EncoderSettings } from "../../../sidecar/preflight/obs/encoder.ts";
import { judgeLimits, limitsChecks } from "../../../sidecar/preflight/obs/limits.ts";
import { limitedTarget, serviceTarget } from "../../../sidecar/preflight/obs/stream_target.ts";
import type { StreamSettings } from "../../../sidecar/preflight/obs/stream_settings.ts";
import {
  context,
  CUSTOM,
  fakeObs,
  parameters,
  streamSettings,
  told,
  TWITCH,
} from "./obs_fixture.ts";

function judge(
  platform: string,
  changes: Partial<StreamSettings> = {},
  maxBitrateKbps: number | null = null,
) {
  return judgeLimits(streamSettings(changes), limitedTarget({ name: platform, maxBitrateKbps }));
}

/** The settings with another encoder. */
function encoder(changes: Partial<EncoderSettings>): Partial<StreamSettings> {
  const { encoder } = streamSettings();
  return { encoder: { ...encoder as EncoderSettings, ...changes } };
}

const SIMPLE = parameters({ "Output/Mode": "Simple" });

Deno.test("passes settings within a platform's limits, with the figures", () => {
  assert.deepEqual(told(judge("twitch")), [
    "pass: 1920×1080 at 60 fps, H.264 at 6000 kbit/s, audio at 160 kbit/s, a keyframe every 2 s: " +
    "within what Twitch takes.",
  ]);
});

Deno.test("each platform has its own most for video", () => {
  const limits = {
    twitch: 6000,
    youtube: 51000,
    kick: 8000,
    facebook: 9000,
    trovo: 9000,
    x: 12000,
  };
  for (const [platform, limit] of Object.entries(limits)) {
    const at = judge(platform, { ...encoder({ videoKbps: limit }), audioKbps: 128 });
    assert.deepEqual(at.map(({ status }) => status), ["pass"], platform);
    const [above] = judge(platform, { ...encoder({ videoKbps: limit + 1 }), audioKbps: 128 });
    assert.equal(above?.status, "fail", platform);
    assert.match(above?.expected ?? "", new RegExp(`^${limit} kbit/s at most`));
    assert.equal(
      above?.remedy,
      `Settings > Output > Streaming > Encoder Settings > Bitrate: ${limit} or less.`,
    );
  }
});

Deno.test("the user's own most for a platform stands in place of the platform's", () => {
  const eight = encoder({ videoKbps: 8000 });
  assert.equal(judge("twitch", eight, 8000)[0]?.status, "pass");
  assert.deepEqual(told(judge("twitch", eight, 4000)), ["fail: Video has 8000 kbit/s."]);
});

Deno.test("knows that OBS lowers the bitrate for a service of its list", () => {
  const eight = encoder({ videoKbps: 8000 });
  const [finding] = judge("twitch", { ...eight, service: TWITCH });
  assert.equal(finding?.status, "pass");
  assert.match(finding?.seen ?? "", /6000 kbit\/s \(OBS lowers your 8000 to it\)/);
  for (
    const changes of [
      { "Stream1/IgnoreRecommended": "true" },
      { "AdvOut/ApplyServiceSettings": "false" },
    ] as const
  ) {
    const settings = { ...eight, service: TWITCH };
    const own = parameters({ "Output/Mode": "Advanced", ...changes });
    const findings = judge("twitch", { ...settings, parameters: own });
    assert.deepEqual(told(findings), ["fail: Video has 8000 kbit/s."]);
  }
});

Deno.test("names Simple mode's own place for the bitrate", () => {
  const findings = judge("kick", { ...encoder({ videoKbps: 9000 }), parameters: SIMPLE });
  assert.equal(
    findings[0]?.remedy,
    "Settings > Output > Streaming > Video Bitrate: 8000 or less.",
  );
});

Deno.test("audio above a platform's most is a warning with its place", () => {
  const [advanced] = judge("facebook");
  assert.equal(advanced?.status, "warning");
  assert.match(advanced?.remedy ?? "", /Settings > Output > Audio > Audio Bitrate/);
  const [simple] = judge("facebook", { parameters: SIMPLE });
  assert.match(simple?.remedy ?? "", /Settings > Output > Streaming > Audio Bitrate: 128/);
  assert.deepEqual(told(judge("kick", { audioKbps: 320 })).length, 1);
});

Deno.test("keyframes a little too rare are a warning, far too rare a fail", () => {
  const at = (keyframeS: number) => told(judge("twitch", encoder({ keyframeS })));
  assert.match(at(1)[0] ?? "", /^pass/);
  assert.deepEqual(at(3), ["warning: There is a keyframe only every 3 s."]);
  assert.deepEqual(at(4), ["warning: There is a keyframe only every 4 s."]);
  assert.deepEqual(at(10), ["fail: There is a keyframe only every 10 s."]);
  assert.match(
    told(judge("x", { ...encoder({ keyframeS: 3 }), audioKbps: 128 }))[0] ?? "",
    /^pass/,
  );
});

Deno.test("says what an automatic keyframe interval comes to", () => {
  const auto = encoder({ keyframeS: null });
  const [finding] = judge("youtube", auto);
  assert.equal(finding?.status, "warning");
  assert.equal(
    finding?.seen,
    "The keyframe interval is automatic: every 250 frames, 4.2 s at this frame rate.",
  );
  const [amd] = judge("youtube", encoder({ keyframeS: null, id: "h264_texture_amf" }));
  assert.equal(amd?.seen, "The keyframe interval is automatic: the encoder chooses it.");
});

Deno.test("in Simple mode the way to the keyframe interval leads through Advanced mode", () => {
  const [finding] = judge("kick", { ...encoder({ keyframeS: null }), parameters: SIMPLE });
  assert.match(finding?.remedy ?? "", /Output Mode: Advanced, then .* > Keyframe Interval: 2 s/);
});

Deno.test("takes keyframes from custom x264 options, and from a service of OBS's list", () => {
  const custom = encoder({ keyframeS: 2, keyframeFrames: 600 });
  const [finding] = judge("twitch", custom);
  assert.equal(finding?.seen, "There is a keyframe only every 10 s.");
  assert.match(finding?.remedy ?? "", /take out keyint/);
  const listed = judge("twitch", { ...encoder({ keyframeS: null }), service: TWITCH });
  assert.match(listed[0]?.seen ?? "", /a keyframe every 2 s/);
  const long = judge("twitch", { ...encoder({ keyframeS: 10 }), service: TWITCH });
  assert.equal(long[0]?.status, "pass");
});

Deno.test("a rate control without a constant bitrate is told", () => {
  const with_ = (rateControl: string) => told(judge("twitch", encoder({ rateControl })));
  assert.deepEqual(with_("VBR"), [
    "warning: The rate control is VBR. Its peaks go above the bitrate that is set.",
  ]);
  assert.deepEqual(with_("CQP"), [
    "fail: The rate control is CQP. It has no bitrate: a busy picture can take any.",
  ]);
  assert.match(with_("HQCBR")[0] ?? "", /^pass/);
  assert.equal(
    judge("twitch", { ...encoder({ rateControl: "CQP" }), service: TWITCH })[0]?.status,
    "pass",
  );
});

Deno.test("only YouTube takes HEVC and AV1", () => {
  assert.equal(judge("kick", encoder({ codec: "HEVC" }))[0]?.status, "fail");
  assert.equal(judge("youtube", encoder({ codec: "AV1" }))[0]?.status, "pass");
});

Deno.test("a picture larger or faster than the platform takes is a warning", () => {
  const video = {
    canvas: { width: 2560, height: 1440 },
    output: { width: 2560, height: 1440 },
    fps: 120,
  };
  assert.deepEqual(told(judge("twitch", { video })), [
    "warning: The stream is 2560×1440.",
    "warning: The stream has 120 frames a second.",
  ]);
  const upright = { ...video, output: { width: 1080, height: 1920 }, fps: 60000 / 1001 };
  assert.equal(judge("twitch", { video: upright })[0]?.status, "pass");
});

Deno.test("under Enhanced Broadcasting Twitch decides, the others are checked as ever", () => {
  const enhanced = {
    ...encoder({ videoKbps: 20_000 }),
    service: TWITCH,
    parameters: parameters({
      "Output/Mode": "Advanced",
      "Stream1/EnableMultitrackVideo": "true",
      "Stream1/IgnoreRecommended": "true",
    }),
  };
  assert.match(told(judge("twitch", enhanced))[0] ?? "", /^pass: Enhanced Broadcasting/);
  assert.equal(judge("kick", enhanced)[0]?.status, "fail");
});

Deno.test("skips the encoder where its settings are unknown, and still checks the rest", () => {
  const unknown = "OBS runs on another machine.";
  assert.deepEqual(told(judge("facebook", { encoder: { unknown } })), [
    "warning: Audio has 160 kbit/s.",
    `skipped: ${unknown}`,
  ]);
});

Deno.test("an unknown server has no limits but keyframes", () => {
  const target = serviceTarget(CUSTOM);
  const settings = streamSettings(encoder({ videoKbps: 40_000, keyframeS: 5 }));
  assert.deepEqual(told(judgeLimits(settings, target)), [
    "fail: There is a keyframe only every 5 s.",
  ]);
});

Deno.test("a platform that another output feeds is not judged by OBS's own encoder", async () => {
  const read = () => Promise.resolve(streamSettings());
  const of = async (output: string | null) => {
    const targets = [{ name: "twitch", maxBitrateKbps: null, output }];
    const [check] = limitsChecks(() => Promise.resolve(fakeObs({})), { targets, read });
    return told(await check?.run(context()) ?? []).join();
  };
  assert.match(await of("aitum_multi_output_1"), /^skipped: It is fed by .*"aitum_multi_output_1"/);
  assert.doesNotMatch(await of("adv_stream"), /skipped/);
  assert.doesNotMatch(await of(null), /skipped/);
});
