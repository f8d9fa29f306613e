import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { FindingSchema, worstStatus } from "../../../shared/preflight.ts";
import { DeadlineError } from "../../../sidecar/deadline.ts";
import type { ObsAnswer } from "../../../sidecar/obs/session.ts";
import type { ObsAccess } from "../../../sidecar/preflight/obs/obs_access.ts";
import { obsChecks } from "../../../sidecar/preflight/obs/obs_checks.ts";
import type { StreamTarget } from "../../../sidecar/preflight/obs/stream_target.ts";
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

/** Fields that the checks read, so that hostile values reach every reader. */
const FIELDS = [
  "obsVersion",
  "obsWebSocketVersion",
  "outputs",
  "outputName",
  "outputKind",
  "outputActive",
  "streamServiceType",
  "streamServiceSettings",
  "server",
  "key",
  "service",
  "parameterValue",
  "baseWidth",
  "baseHeight",
  "outputWidth",
  "outputHeight",
  "fpsNumerator",
  "fpsDenominator",
  "currentProfileName",
  "inputs",
  "inputName",
  "inputKind",
  "inputMuted",
  "inputVolumeMul",
  "inputAudioTracks",
  "monitorType",
  "inputLevelsMul",
  "inputSettings",
  "mediaState",
  "file",
  "files",
  "value",
  "url",
  "currentProgramSceneName",
  "currentPreviewSceneName",
  "imageData",
  "studioModeEnabled",
  "recordDirectory",
  "availableDiskSpace",
  "sceneItems",
  "sourceName",
  "isGroup",
  "mic1",
  "desktop1",
  "1",
];

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

const { value: hostile } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((
  tie,
) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(...WORDS),
    fc.constantFrom(null, true, false, 0, 1, 30, -1, NaN, Infinity, 1e308, undefined),
    fc.anything(),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(fc.constantFrom(...FIELDS), tie("value"), { maxKeys: 20 }),
}));

const answer: fc.Arbitrary<ObsAnswer> = fc.record({
  ok: fc.constantFrom(true, true, true, false),
  code: fc.constantFrom(100, 207, 600, 0),
  data: fc.dictionary(fc.constantFrom(...FIELDS), hostile, { maxKeys: FIELDS.length }),
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
            assert.equal(finding.remedy === null, ["pass", "skipped"].includes(finding.status));
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});
