import assert from "node:assert/strict";
import type { ObsAccess } from "../../../sidecar/preflight/obs/obs_access.ts";
import { codecOf, keyframesIn, readEncoder } from "../../../sidecar/preflight/obs/encoder.ts";
import {
  PARAMETER_REQUESTS,
  readParameters,
  streamedTrack,
} from "../../../sidecar/preflight/obs/profile_parameters.ts";
import {
  readStreamSettings,
  readVideo,
  simpleEncoder,
} from "../../../sidecar/preflight/obs/stream_settings.ts";
import { answered, parameters, REFUSED } from "./obs_fixture.ts";

/** An OBS with this profile. */
function obsWith(
  profile: Record<string, string>,
  { local = true }: { local?: boolean } = {},
): ObsAccess {
  return {
    batch: (requests) =>
      Promise.resolve(requests.map(({ requestType, requestData }) => {
        if (requestType === "GetProfileList") return answered({ currentProfileName: "Live" });
        if (requestType !== "GetProfileParameter") return REFUSED;
        const { parameterCategory, parameterName } = requestData ?? {};
        return answered({ parameterValue: profile[`${parameterCategory}/${parameterName}`] });
      })),
    listenToMeters: () => Promise.resolve(),
    local,
    configRoot: local ? "/cfg" : null,
  };
}

function files(streamEncoder: string | Error) {
  return {
    readText(path: string) {
      if (path === "/cfg/basic/profiles/Live_1/basic.ini") {
        return Promise.resolve("[General]\nName=Live\n");
      }
      if (path !== "/cfg/basic/profiles/Live_1/streamEncoder.json") {
        return Promise.reject(new Deno.errors.NotFound(path));
      }
      return typeof streamEncoder === "string"
        ? Promise.resolve(streamEncoder)
        : Promise.reject(streamEncoder);
    },
    listFolders: () => Promise.resolve(["Live_1"]),
  };
}

const ADVANCED = { "Output/Mode": "Advanced", "AdvOut/Encoder": "jim_nvenc" };

Deno.test("reads Advanced mode's encoder from the profile's folder", async () => {
  const text = '{"rate_control":"VBR","bitrate":7500,"keyint_sec":4}';
  const { encoder } = await readStreamSettings(obsWith(ADVANCED), files(text));
  assert.deepEqual(encoder, {
    id: "jim_nvenc",
    codec: "H.264",
    rateControl: "VBR",
    videoKbps: 7500,
    keyframeS: 4,
    keyframeFrames: null,
  });
});

Deno.test("takes an encoder without a settings file to be at its defaults", async () => {
  const { encoder } = await readStreamSettings(
    obsWith({ "Output/Mode": "Advanced" }),
    files(new Deno.errors.NotFound()),
  );
  assert.deepEqual(encoder, readEncoder("obs_x264", {}));
  assert.ok(!("unknown" in encoder) && encoder.videoKbps === 2500 && encoder.keyframeS === null);
});

Deno.test("says why the encoder's settings are unknown", async () => {
  const unknown = async (obs: ObsAccess, text: string | Error) => {
    const { encoder } = await readStreamSettings(obs, files(text));
    return "unknown" in encoder ? encoder.unknown : null;
  };
  assert.match(await unknown(obsWith(ADVANCED, { local: false }), "{}") ?? "", /another machine/);
  assert.match(await unknown(obsWith(ADVANCED), '{"bitr') ?? "", /streamEncoder.json cannot be/);
  assert.match(await unknown(obsWith(ADVANCED), new Error("busy")) ?? "", /cannot be read/);
});

Deno.test("asks for nothing but the listed profile parameters", async () => {
  const asked: unknown[] = [];
  const obs = obsWith(ADVANCED);
  await readStreamSettings({
    ...obs,
    batch: (requests) => {
      asked.push(...requests.filter(({ requestType }) => requestType === "GetProfileParameter"));
      return obs.batch(requests);
    },
  }, files("{}"));
  assert.deepEqual(asked, PARAMETER_REQUESTS);
  assert.doesNotMatch(JSON.stringify(asked), /auth|token|key"|twitch|youtube/i);
});

Deno.test("Simple mode is CBR at the profile's bitrate, keyframes left to the encoder", () => {
  const simple = parameters({
    "SimpleOutput/VBitrate": "4500",
    "SimpleOutput/StreamEncoder": "nvenc_av1",
    "SimpleOutput/UseAdvanced": "true",
    "SimpleOutput/x264Settings": "keyint=60",
  });
  assert.deepEqual(simpleEncoder(simple), {
    id: "nvenc_av1",
    codec: "AV1",
    rateControl: "CBR",
    videoKbps: 4500,
    keyframeS: null,
    keyframeFrames: null,
  });
  const x264 = new Map(simple).set("SimpleOutput/StreamEncoder", "x264");
  assert.equal(simpleEncoder(x264).keyframeFrames, 60);
});

Deno.test("finds keyint among other x264 options", () => {
  assert.equal(keyframesIn("bframes=2 keyint=120 scenecut=0"), 120);
  assert.equal(keyframesIn("min-keyint=30"), null);
  assert.equal(keyframesIn("keyint=infinite"), null);
});

Deno.test("tells an encoder's codec by its id", () => {
  for (const id of ["jim_hevc_nvenc", "h265_texture_amf", "obs_qsv11_hevc", "nvenc_hevc"]) {
    assert.equal(codecOf(id), "HEVC", id);
  }
  for (const id of ["obs_nvenc_av1_tex", "ffmpeg_svt_av1", "ffmpeg_aom_av1", "amd_av1"]) {
    assert.equal(codecOf(id), "AV1", id);
  }
  for (const id of ["obs_x264", "jim_nvenc", "qsv", "com.apple.videotoolbox.avc"]) {
    assert.equal(codecOf(id), "H.264", id);
  }
});

const VIDEO = answered({
  baseWidth: 1920,
  baseHeight: 1080,
  outputWidth: 1920,
  outputHeight: 1080,
  fpsNumerator: 60000,
  fpsDenominator: 1001,
});

Deno.test("counts with Advanced mode's rescaled output, of old and new OBS", () => {
  const on = { "Output/Mode": "Advanced", "AdvOut/RescaleRes": "1280x720" } as const;
  for (const own of [{ "AdvOut/UseRescale": "true" }, { "AdvOut/RescaleFilter": "3" }]) {
    const video = readVideo(VIDEO, parameters({ ...on, ...own }));
    assert.deepEqual(video?.output, { width: 1280, height: 720 });
  }
  const off = readVideo(VIDEO, parameters({ ...on, "AdvOut/RescaleFilter": "0" }));
  assert.deepEqual(off?.output, { width: 1920, height: 1080 });
  assert.equal(off?.fps.toFixed(2), "59.94");
});

Deno.test("a picture without size or rate is unknown", () => {
  assert.equal(readVideo(answered({ ...VIDEO.data, outputWidth: 0 }), parameters()), null);
  assert.equal(readVideo(answered({ ...VIDEO.data, fpsDenominator: 0 }), parameters()), null);
  assert.equal(readVideo(REFUSED, parameters()), null);
});

Deno.test("the streamed track is the first, but for Advanced mode's own", () => {
  assert.equal(streamedTrack(parameters({ "AdvOut/TrackIndex": "3" })), 1);
  const advanced = { "Output/Mode": "Advanced" } as const;
  assert.equal(streamedTrack(parameters({ ...advanced, "AdvOut/TrackIndex": "3" })), 3);
  assert.equal(streamedTrack(parameters({ ...advanced, "AdvOut/TrackIndex": "77" })), 1);
});

Deno.test("passes over parameters that are refused, no text or endless", () => {
  const answers = PARAMETER_REQUESTS.map((_, i) =>
    i === 0 ? REFUSED : answered({ parameterValue: i === 1 ? 5 : "x".repeat(1e6) })
  );
  assert.equal(readParameters(answers).size, 0);
});
