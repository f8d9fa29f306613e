import assert from "node:assert/strict";
import {
  identifyOutput,
  identifyService,
  type OutputIdentity,
  type StreamService,
} from "../../sidecar/obs/output_identity.ts";

const TWITCH = identifyService("Twitch", "auto");

function identify(
  outputName: string,
  outputKind: string,
  { copies = 1, service = TWITCH }: { copies?: number; service?: StreamService } = {},
): OutputIdentity | null {
  return identifyOutput({ outputName, outputKind, copies }, service);
}

type Expected = [name: string, kind: string, platform: string | null];

/** Output name, output kind, and what it must be. */
const TABLE: [string, string, Expected][] = [
  ["simple_stream", "rtmp_output", ["Twitch", "stream", "twitch"]],
  ["adv_stream", "rtmp_output", ["Twitch", "stream", "twitch"]],
  ["adv_stream", "whip_output", ["Twitch", "stream", "twitch"]],
  ["adv_stream", "ffmpeg_mpegts_muxer", ["Twitch", "stream", "twitch"]],
  ["adv_stream", "ffmpeg_hls_muxer", ["Twitch", "stream", "twitch"]],
  ["rtmp multitrack video", "rtmp_output", ["Twitch", "stream", "twitch"]],
  ["simple_file_output", "ffmpeg_muxer", ["Recording", "record", null]],
  ["adv_file_output", "mp4_output", ["Recording", "record", null]],
  ["adv_file_output", "mov_output", ["Recording", "record", null]],
  ["simple_ffmpeg_output", "ffmpeg_output", ["Recording", "record", null]],
  ["adv_ffmpeg_output", "ffmpeg_output", ["Recording", "record", null]],
  ["Replay Buffer", "replay_buffer", ["Replay buffer", "replay", null]],
  ["リプレイバッファ", "replay_buffer", ["Replay buffer", "replay", null]],
  ["virtualcam_output", "virtualcam_output", ["Virtual camera", "virtualcam", null]],
  ["multi-output", "rtmp_output", ["Multi-RTMP", "stream", null]],
  ["aitum_multi_output_YouTube", "rtmp_output", ["YouTube", "stream", "youtube"]],
  ["aitum_multi_output_My Kick", "rtmp_output", ["My Kick", "stream", "kick"]],
  ["aitum_multi_output_Aunt Mary", "rtmp_output", ["Aunt Mary", "stream", null]],
  ["aitum_multi_output_SRT box", "ffmpeg_mpegts_muxer", ["SRT box", "stream", null]],
  ["vertical_canvas_stream", "rtmp_output", ["Vertical", "stream", null]],
  ["vertical_canvas_stream_TikTok", "rtmp_output", ["TikTok", "stream", "tiktok"]],
  ["vertical_canvas_record", "ffmpeg_muxer", ["Vertical recording", "record", null]],
  ["Aitum Stream Suite Output Trovo", "any_output", ["Trovo", "stream", "trovo"]],
  ["decklink_output", "decklink_output", ["decklink_output", "other", null]],
];

for (const [outputName, outputKind, [name, kind, platform]] of TABLE) {
  Deno.test(`knows ${outputName} (${outputKind}) as ${kind} "${name}"`, () => {
    const identity = identify(outputName, outputKind);
    assert.deepEqual(
      { name: identity?.name, kind: identity?.kind, platform: identity?.platform },
      { name, kind, platform },
    );
    assert.equal(identity?.id, outputName);
  });
}

Deno.test("ignores the outputs of OBS's auto-configuration", () => {
  assert.equal(identify("test_stream", "rtmp_output"), null);
  assert.equal(identify("null", "null_output"), null);
});

Deno.test("says how many targets share obs-multi-rtmp's one name", () => {
  assert.equal(
    identify("multi-output", "rtmp_output", { copies: 3 })?.name,
    "Multi-RTMP (3 targets, figures of one)",
  );
});

Deno.test("says which protocols tell of drops and congestion", () => {
  const tells = (kind: string) => {
    const identity = identify("adv_stream", kind);
    return [identity?.reportsDrops, identity?.reportsCongestion];
  };
  assert.deepEqual(tells("rtmp_output"), [true, true]);
  assert.deepEqual(tells("ffmpeg_hls_muxer"), [true, false]);
  assert.deepEqual(tells("ffmpeg_mpegts_muxer"), [false, false]);
  assert.deepEqual(tells("whip_output"), [false, false]);
  assert.equal(identify("adv_file_output", "ffmpeg_muxer")?.reportsDrops, false);
});

Deno.test("takes the profile's bitrate for the main stream alone, and not when it is multitrack", () => {
  assert.equal(identify("adv_stream", "rtmp_output")?.hasProfileBitrate, true);
  assert.equal(identify("rtmp multitrack video", "rtmp_output")?.hasProfileBitrate, false);
  assert.equal(identify("aitum_multi_output_Kick", "rtmp_output")?.hasProfileBitrate, false);
  assert.equal(identify("rtmp multitrack video", "rtmp_output")?.isMainStream, true);
});

/** Service name, server, and the platform and ingest they must give. */
const SERVICES: [string | null, string | null, string | null, string | null][] = [
  ["Twitch", "auto", "twitch", "ingest.global-contribute.live-video.net:443"],
  ["Twitch", "rtmp://live-fra.twitch.tv/app", "twitch", "live-fra.twitch.tv:1935"],
  [
    "YouTube - RTMPS",
    "rtmps://a.rtmps.youtube.com:443/live2",
    "youtube",
    "a.rtmps.youtube.com:443",
  ],
  [
    "Facebook Live",
    "rtmps://rtmp-api.facebook.com:443/rtmp/",
    "facebook",
    "rtmp-api.facebook.com:443",
  ],
  ["Trovo", "rtmp://livepush.trovo.live/live/", "trovo", "livepush.trovo.live:1935"],
  ["Twitter", "rtmp://ca.pscp.tv:80/x", "x", "ca.pscp.tv:80"],
  [
    null,
    "rtmps://fa723fc1b171.global-contribute.live-video.net/app",
    "kick",
    "fa723fc1b171.global-contribute.live-video.net:443",
  ],
  [
    null,
    "rtmp://fra05.contribute.live-video.net/app/",
    "twitch",
    "fra05.contribute.live-video.net:1935",
  ],
  [null, "rtmp://127.0.0.1:1935/live", null, "127.0.0.1:1935"],
  [null, "rtmp://twitch.tv.evil.example/app", null, "twitch.tv.evil.example:1935"],
  [null, "srt://live.example:9000", null, null],
  ["Restream.io", "auto", null, null],
  [null, null, null, null],
];

for (const [name, server, platform, ingest] of SERVICES) {
  Deno.test(`knows service ${name} with server ${server} as ${platform ?? "no platform"}`, () => {
    const service = identifyService(name, server);
    assert.equal(service.platform?.id ?? null, platform);
    const found = service.ingest && `${service.ingest.host}:${service.ingest.port}`;
    assert.equal(found, ingest);
  });
}

Deno.test("names the main stream by platform, else service, else host, else Stream", () => {
  const nameOf = (service: StreamService) =>
    identify("adv_stream", "rtmp_output", { service })?.name;
  assert.equal(
    nameOf(identifyService("Restream.io", "rtmp://live.restream.io/live")),
    "Restream.io",
  );
  assert.equal(nameOf(identifyService(null, "rtmp://10.0.0.5/live")), "10.0.0.5");
  assert.equal(nameOf(identifyService(null, null)), "Stream");
});

Deno.test("makes hostile names harmless, as name and as id", () => {
  const identity = identify(
    `aitum_multi_output_\u202Eevil\u0000\r\n\u200B${"x".repeat(1_000_000)}`,
    "rtmp_output",
  );
  assert.ok(identity);
  for (const text of [identity.name, identity.id]) {
    assert.match(text, /^[ -~]*…$/);
    assert.equal(Array.from(text).length, 120);
  }
  const invisible = identify("\u200B\u202E", "rtmp_output");
  assert.equal(invisible?.name, "Unnamed output");
  assert.equal(invisible?.id, "unnamed");
});
