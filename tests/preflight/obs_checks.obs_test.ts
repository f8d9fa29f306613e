/** The checks of OBS against a real one: set up well, and with one fault at a time. */
import assert from "node:assert/strict";
import type { Finding } from "../../shared/preflight.ts";
import type { ObsEndpoint } from "../../sidecar/obs/endpoint.ts";
import { ObsSession } from "../../sidecar/obs/session.ts";
import { obsChecks } from "../../sidecar/preflight/obs/obs_checks.ts";
import { openObs } from "../../sidecar/preflight/obs/open_obs.ts";
import { counterpartTest, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { type Obs, startObs } from "../peers/obs.ts";
import { isAtLeast } from "../peers/obs_installation.ts";
import { until } from "../peers/until.ts";
import { context } from "./obs/obs_fixture.ts";
import { prepareTone } from "./obs/tone.ts";

const FFMPEG = {
  name: "ffmpeg",
  paths: ["/usr/bin/ffmpeg"],
  install: "apt-get install --no-install-recommends ffmpeg",
};

const STREAM_KEY = "canary-key-5f1c";

const TARGETS = [{ name: "twitch", maxBitrateKbps: null }];

const FILES = {
  readText: (path: string) => Deno.readTextFile(path),
  async listFolders(path: string) {
    const entries = await Array.fromAsync(Deno.readDir(path));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  },
};

/** The encoder as Twitch wants it. */
const GOOD_ENCODER = { rate_control: "CBR", bitrate: 2500, keyint_sec: 2 };

function encoderFile(home: string): string {
  return `${home}/.config/obs-studio/basic/profiles/Untitled/streamEncoder.json`;
}

async function writeEncoder(home: string, changes: Record<string, unknown> = {}): Promise<void> {
  await Deno.writeTextFile(encoderFile(home), JSON.stringify({ ...GOOD_ENCODER, ...changes }));
}

async function prepare(home: string): Promise<void> {
  await writeEncoder(home);
  await prepareTone(home);
  await Deno.writeTextFile(`${home}/noise.mp4`, "this is no video");
}

async function setUp(obs: Obs): Promise<void> {
  await obs.setServer("rtmp://127.0.0.1:1/live", STREAM_KEY);
  const create = (inputName: string, inputKind: string, inputSettings: Record<string, string>) =>
    obs.client.call("CreateInput", { sceneName: "Scene", inputName, inputKind, inputSettings });
  await create("Mic", "alsa_input_capture", { device_id: "default" });
  await create("Song", "ffmpeg_source", { local_file: `${obs.home}/song.wav` });
  await obs.client.call("SetInputSettings", {
    inputName: "Song",
    inputSettings: { looping: true },
  });
  await create("Colour", "color_source_v3", {});
}

function endpoint(obs: Obs): ObsEndpoint {
  return {
    host: "127.0.0.1",
    port: obs.wsPort,
    passwords: [{ value: "wrong", source: "a test" }, { value: obs.password, source: "a test" }],
    configRoot: obs.configFolder,
    disabled: false,
    isRunning: false,
  };
}

/** Every finding of a run, by check. */
async function runChecks(obs: Obs): Promise<(Finding & { id: string })[]> {
  const opened = await openObs([endpoint(obs)], { deadlineMs: 10_000 });
  try {
    const checks = obsChecks({
      connect: () => Promise.resolve(opened.access),
      targets: TARGETS,
      files: FILES,
      listenMs: 700,
    });
    const found = await Promise.all(checks.map(async (check) => {
      const findings = await check.run(context());
      return findings.map((finding) => ({ id: check.id, ...finding }));
    }));
    assert.doesNotMatch(JSON.stringify(found), new RegExp(STREAM_KEY));
    return found.flat();
  } finally {
    opened.close();
  }
}

/** What a run found wrong. */
async function faults(obs: Obs): Promise<string[]> {
  const findings = await runChecks(obs);
  const wrong = findings.filter(({ status }) => status !== "pass");
  for (const { id, seen, remedy } of wrong) assert.ok(remedy, `${id}: ${seen}`);
  return wrong.map(({ id, status, seen }) => `${id} ${status}: ${seen}`);
}

counterpartTest("the checks find each fault of a real OBS, and nothing else", [
  OBS,
  XVFB,
  FFMPEG,
  NGINX_RTMP,
], async (t) => {
  await using obs = await startObs({
    profile: { Output: { Mode: "Advanced" }, AdvOut: { Encoder: "obs_x264", RecFormat: "mkv" } },
    prepare,
  });
  const { client, home } = obs;
  await setUp(obs);
  await t.step("a well set up OBS has no fault", async () => {
    await until(async () => (await faults(obs)).length === 0, { what: "all checks pass" });
    const findings = await runChecks(obs);
    const limits = findings.find(({ id }) => id === "obs.limits.twitch");
    assert.equal(
      limits?.seen,
      "320×180 at 30 fps, H.264 at 2500 kbit/s, audio at 160 kbit/s, a keyframe every 2 s: " +
        "within what Twitch takes.",
    );
    const audio = findings.find(({ id }) => id === "obs.audio");
    assert.match(audio?.seen ?? "", /^Heard on track 1: "Mic", peaks at -\d+ dB\.$/);
  });

  /** One fault, what it is called, and how it is mended again. */
  async function fault(
    name: string,
    expected: string[],
    { make, mend }: { make: () => Promise<unknown>; mend: () => Promise<unknown> },
  ): Promise<void> {
    await t.step(name, async () => {
      await make();
      try {
        let found: string[] = [];
        await until(async () => (found = await faults(obs)).length === expected.length, {
          what: name,
          withinMs: 20_000,
        }).catch((cause) => {
          throw new Error(`Found: ${found.join("\n")}`, { cause });
        });
        assert.deepEqual(found, expected);
      } finally {
        await mend();
      }
    });
  }

  const mute = (inputMuted: boolean) =>
    client.call("SetInputMute", { inputName: "Mic", inputMuted });
  await fault("a muted microphone", ['obs.audio warning: "Mic" is muted.'], {
    make: () => mute(true),
    mend: () => mute(false),
  });

  const track = (inputName: string, on: boolean) =>
    client.call("SetInputAudioTracks", { inputName, inputAudioTracks: { "1": on } });
  await fault("a microphone on no streamed track", [
    'obs.audio fail: "Mic" is not on track 1, which is streamed. Viewers would not hear it.',
  ], { make: () => track("Mic", false), mend: () => track("Mic", true) });
  await fault("a song on no streamed track", [
    'obs.audio warning: "Song" is not on track 1, which is streamed. Viewers do not hear it.',
  ], { make: () => track("Song", false), mend: () => track("Song", true) });

  const device = (device_id: string) =>
    client.call("SetInputSettings", { inputName: "Mic", inputSettings: { device_id } });
  await fault("a microphone that is gone", ['obs.audio warning: "Mic" was silent for 0.7 s.'], {
    make: () => device("not-there"),
    mend: () => device("default"),
  });

  await fault("a missing picture", [
    'obs.sources warning: A file of "Logo" is missing: /nowhere/logo.png.',
  ], {
    make: () =>
      client.call("CreateInput", {
        sceneName: "Scene",
        inputName: "Logo",
        inputKind: "image_source",
        inputSettings: { file: "/nowhere/logo.png" },
      }),
    mend: () => client.call("RemoveInput", { inputName: "Logo" }),
  });

  await fault("a bitrate over the platform's limit", [
    "obs.limits.twitch fail: Video has 9000 kbit/s.",
  ], { make: () => writeEncoder(home, { bitrate: 9000 }), mend: () => writeEncoder(home) });
  await fault("a wrong keyframe interval", [
    "obs.limits.twitch fail: There is a keyframe only every 10 s.",
  ], { make: () => writeEncoder(home, { keyint_sec: 10 }), mend: () => writeEncoder(home) });

  const colour = (color: number) =>
    client.call("SetInputSettings", { inputName: "Colour", inputSettings: { color } });
  await fault("a black scene", ['obs.picture warning: The scene "Scene" is black.'], {
    make: () => colour(0xff000000),
    mend: () => colour(0xffd1d1d1),
  });

  const setRecording = (parameterName: string, parameterValue: string) =>
    client.call("SetProfileParameter", {
      parameterCategory: "AdvOut",
      parameterName,
      parameterValue,
    });
  const recordTo = (folder: string) => setRecording("RecFilePath", folder);
  const before = (await client.call("GetRecordDirectory")).recordDirectory;
  await fault("a recording folder that refuses", [
    "obs.recording warning: OBS cannot write to its recording folder /proc/self.",
  ], { make: () => recordTo("/proc/self"), mend: () => recordTo(before) });

  await fault("studio mode with another preview", [
    'obs.studio_mode warning: Studio mode: viewers get "Scene", your preview is "Next".',
  ], {
    async make() {
      await client.call("CreateScene", { sceneName: "Next" });
      await client.call("SetStudioModeEnabled", { studioModeEnabled: true });
      await client.call("SetCurrentPreviewScene", { sceneName: "Next" });
    },
    mend: () => client.call("SetStudioModeEnabled", { studioModeEnabled: false }),
  });

  await fault("a video that is none", ['obs.sources warning: "Intro" cannot be played.'], {
    make: () =>
      client.call("CreateInput", {
        sceneName: "Scene",
        inputName: "Intro",
        inputKind: "ffmpeg_source",
        inputSettings: { local_file: `${home}/noise.mp4` },
      }),
    mend: () => client.call("RemoveInput", { inputName: "Intro" }),
  });

  const fader = (inputVolumeDb: number) =>
    client.call("SetInputVolume", { inputName: "Song", inputVolumeDb });
  await t.step("a song that is far too loud", async () => {
    await fader(26);
    const found = await until(async () => {
      const all = await faults(obs);
      return all.length === 1 ? all : undefined;
    }, { what: "one fault is found" });
    await fader(0);
    assert.match(found[0] ?? "", /^obs.audio warning: "Song" clips: it peaks at \d+(\.\d)? dB\.$/);
  });

  const format = isAtLeast(obs.version, [29, 1]) ? "RecFormat2" : "RecFormat";
  await fault("a recording that a crash would lose", [
    "obs.recording warning: The recording format is plain mp4: a crash loses the whole recording.",
  ], {
    make: () => setRecording(format, "mp4"),
    mend: () => setRecording(format, "mkv"),
  });

  await fault("a stream to Twitch's test", [
    "obs.service fail: OBS streams to 127.0.0.1 in test mode: no viewer would see it.",
  ], {
    make: () => obs.setServer("rtmp://127.0.0.1:1/live", `${STREAM_KEY}?bandwidthtest=true`),
    mend: () => obs.setServer("rtmp://127.0.0.1:1/live", STREAM_KEY),
  });

  await t.step("a stream that runs already", async () => {
    await using server = await startNginxRtmp();
    await obs.setServer(server.liveUrl, STREAM_KEY);
    await obs.startStream();
    try {
      assert.deepEqual(await faults(obs), [
        "obs.live warning: OBS streams already: 127.0.0.1.",
      ]);
    } finally {
      await obs.stopStream();
    }
  });

  await t.step("the volume meters come only while somebody listens", async () => {
    const session = await ObsSession.open({
      host: "127.0.0.1",
      port: obs.wsPort,
      password: obs.password,
      deadlineMs: 10_000,
      onEvent: () => {},
    });
    /** Messages that OBS sent to this session, over half a second of OBS's own. */
    const sentInHalfASecond = async () => {
      const answers = await session.batch([
        { requestType: "GetStats" },
        { requestType: "Sleep", requestData: { sleepMillis: 500 } },
        { requestType: "GetStats" },
      ]);
      const [from, , to] = answers.map(({ data }) =>
        Number(data["webSocketSessionOutgoingMessages"])
      );
      return (to ?? NaN) - (from ?? NaN);
    };
    try {
      const stop = new AbortController();
      let events = 0;
      const listening = session.listenToMeters(() => events++, { ms: 60_000, signal: stop.signal });
      await until(() => events > 0, { what: "meters came" });
      assert.ok(await sentInHalfASecond() > 3);
      stop.abort();
      await listening;
      assert.equal(await sentInHalfASecond(), 0);
    } finally {
      session.close();
    }
  });
});
