import fc from "fast-check";
import assert from "node:assert/strict";
import * as v from "valibot";
import { FindingSchema, worstStatus } from "../../../shared/preflight.ts";
import type { ObsAnswer } from "../../../sidecar/obs/session.ts";
import type { ObsAccess } from "../../../sidecar/preflight/obs/obs_access.ts";
import { obsChecks } from "../../../sidecar/preflight/obs/obs_checks.ts";
import type { StreamTarget } from "../../../sidecar/preflight/obs/stream_target.ts";
import { DeadlineError } from "../../../sidecar/time/deadline.ts";
import { context, told } from "./obs_fixture.ts";

const FILES = {
  readText: () => Promise.resolve('{"bitrate":"many","rate_control":null,"keyint_sec":-1}'),
  listFolders: () => Promise.resolve(["Untitled"]),
};

function checks(connect: () => Promise<ObsAccess>, targets: StreamTarget[] = []) {
  return obsChecks({
    connect,
    targets,
    files: FILES,
    exists: () => Promise.resolve(false),
    probe: () => Promise.resolve("refused"),
    listenMs: 1,
    pause: () => Promise.resolve(),
  });
}

Deno.test("an OBS that is not there is one fail with its remedy, the rest is skipped", async () => {
  let asked = 0;
  const all = checks(() => {
    asked++;
    return Promise.reject(new Error("No OBS answers at 127.0.0.1:4455: it is not running."));
  });
  const results = await Promise.all(
    all.map(async (check) => [check.id, await check.run(context())] as const),
  );
  assert.equal(asked, 1);
  const [[id, findings] = [], ...others] = results;
  assert.equal(id, "obs.reachable");
  assert.deepEqual(told(findings ?? []), [
    "fail: No OBS answers at 127.0.0.1:4455: it is not running.",
  ]);
  assert.match(findings?.[0]?.remedy ?? "", /Enable WebSocket server.*deno task setup/s);
  for (const [, found] of others) assert.equal(worstStatus(found), "skipped");
});

Deno.test("an OBS that falls silent is a finding of each check", async () => {
  const silent = () => Promise.reject(new DeadlineError("No answer from OBS within 1.8 s"));
  const obs = { batch: silent, listenToMeters: silent, local: true, configRoot: "/cfg" };
  for (const check of checks(() => Promise.resolve(obs))) {
    assert.deepEqual(told(await check.run(context())), ["fail: OBS has stopped answering."]);
  }
});

Deno.test("each platform has its check, by a stable id", () => {
  const targets = ["twitch", "my-server"].map((name) => ({ name, maxBitrateKbps: null }));
  const all = checks(() => Promise.reject(new Error("none")), targets);
  const limits = all.filter(({ id }) => id.startsWith("obs.limits"));
  assert.deepEqual(limits.map(({ id, name, platform }) => [id, name, platform]), [
    ["obs.limits.twitch", "Twitch: encoder settings", "twitch"],
    ["obs.limits.my-server", "my-server: encoder settings", "my-server"],
  ]);
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
});

const PIXELS = new Uint8Array(58);
PIXELS.set([0x42, 0x4d, 0, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1]);
PIXELS[28] = 24;

/** An item of a list of OBS's: an output, an input, an item of a scene, a file. */
const ITEM = {
  outputName: "adv_stream",
  outputKind: "rtmp_output",
  outputActive: true,
  inputName: "Mic",
  inputKind: "pulse_input_capture",
  inputLevelsMul: [[0.1, 0.2, 0.3]],
  sourceName: "Camera",
  sceneItemEnabled: true,
  isGroup: false,
  value: "/a.png",
};

/** Every field that the checks read, so that one answer does for each request. */
const ANSWER = {
  obsVersion: "29.0.2",
  obsWebSocketVersion: "5.1.0",
  streamServiceType: "rtmp_common",
  parameterValue: "true",
  baseWidth: 1920,
  baseHeight: 1080,
  outputWidth: 1920,
  outputHeight: 1080,
  fpsNumerator: 60,
  fpsDenominator: 1,
  currentProfileName: "Untitled",
  inputMuted: false,
  inputVolumeMul: 1,
  inputAudioTracks: { 1: true },
  monitorType: "OBS_MONITORING_TYPE_NONE",
  mediaState: "OBS_MEDIA_STATE_PLAYING",
  mediaDuration: 0,
  mediaCursor: 0,
  currentProgramSceneName: "Live",
  currentPreviewSceneName: "Next",
  studioModeEnabled: true,
  imageData: `data:image/bmp;base64,${PIXELS.toBase64()}`,
  recordDirectory: "/videos",
  availableDiskSpace: 100_000,
  mic1: "Mic",
  outputActive: true,
};

const SETTINGS = {
  service: "Twitch",
  server: "auto",
  key: "k",
  bwtest: false,
  file: "/a.png",
  local_file: "/a.mp4",
  url: "",
  is_local_file: true,
};

const WORDS = [
  "29.0.2",
  "rtmp_common",
  "rtmp_custom",
  "Twitch",
  "Advanced",
  "Simple",
  "true",
  "mp4",
  "Live",
  "image_source",
  "ffmpeg_source",
  "browser_source",
  "rtmp_output",
  "adv_stream",
  "evil\u202e\n\u0007name",
  "x".repeat(50_000),
  "data:image/bmp;base64,Qk0",
  "__proto__",
  "9e999",
  "-1",
  "obs_x264",
];

const hostile = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.constantFrom(null, true, false, 0, 1, -1, NaN, Infinity, 1e308, undefined),
  fc.anything({ maxDepth: 2 }),
);

/** These fields, some of them spoilt, some of them missing. */
function spoilt(fields: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const names = fc.constantFrom(...Object.keys(fields));
  return fc.dictionary(names, hostile, { maxKeys: 3 }).map((changes) => ({
    ...fields,
    ...changes,
  }));
}

const items = fc.array(spoilt(ITEM), { maxLength: 3 });

const answer: fc.Arbitrary<ObsAnswer> = fc.record({
  ok: fc.constantFrom(true, true, true, false),
  code: fc.constantFrom(100, 207, 600, 0),
  data: fc.tuple(
    spoilt(ANSWER),
    spoilt({ outputs: 0, inputs: 0, sceneItems: 0 }),
    fc.record({ outputs: items, inputs: items, sceneItems: items }, { requiredKeys: [] }),
    fc.record({ inputSettings: spoilt(SETTINGS), streamServiceSettings: spoilt(SETTINGS) }),
  ).map((parts) => Object.assign({}, ...parts)),
});

Deno.test("whatever OBS answers, each check ends in findings that can be shown", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (answers, local) => {
        let next = 0;
        const obs: ObsAccess = {
          batch: (requests) =>
            Promise.resolve(requests.map(() => answers[next++ % answers.length]!)),
          listenToMeters(onMeters) {
            for (const { data } of answers) onMeters(data);
            return Promise.resolve();
          },
          local,
          configRoot: "/cfg",
        };
        for (
          const check of checks(() => Promise.resolve(obs), [{
            name: "kick",
            maxBitrateKbps: null,
          }])
        ) {
          const findings = await check.run(context());
          assert.ok(findings.length > 0, check.id);
          for (const finding of findings) {
            v.assert(FindingSchema, finding);
            const text = `${finding.seen} ${finding.expected} ${finding.remedy}`;
            assert.ok(text.length < 4_000, text.slice(0, 200));
            assert.doesNotMatch(text, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
            assert.doesNotMatch(text, /could not be looked at|undefined|NaN|\[object/);
            if (["warning", "fail"].includes(finding.status)) assert.ok(finding.remedy, text);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});
