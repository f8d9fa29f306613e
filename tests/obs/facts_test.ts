import assert from "node:assert/strict";
import { FACT_REQUESTS, NO_FACTS, readFacts } from "../../sidecar/obs/facts.ts";
import type { ObsAnswer } from "../../sidecar/obs/session.ts";

const KEY = "live_123_canary-key";

function ok(data: Record<string, unknown>): ObsAnswer {
  return { ok: true, code: 100, data };
}

const FAILED: ObsAnswer = { ok: false, code: 604, data: {} };

function answers(changes: Record<string, ObsAnswer> = {}): ObsAnswer[] {
  const all: Record<string, ObsAnswer> = {
    GetVersion: ok({ obsVersion: "31.0.2" }),
    GetVideoSettings: ok({ fpsNumerator: 60_000, fpsDenominator: 1001 }),
    GetStreamServiceSettings: ok({
      streamServiceType: "rtmp_common",
      streamServiceSettings: { service: "Twitch", server: "auto", key: KEY, bwtest: false },
    }),
    GetRecordDirectory: ok({ recordDirectory: "/home/ann/Videos" }),
    GetProfileList: ok({ currentProfileName: "Gaming" }),
    ...changes,
  };
  return FACT_REQUESTS.map(({ requestType, requestData }) =>
    all[requestType] ?? ok({ parameterValue: `value of ${requestData?.["parameterName"]}` })
  );
}

Deno.test("reads what changes seldom", () => {
  const facts = readFacts(answers(), NO_FACTS);
  assert.equal(facts.version, "31.0.2");
  assert.equal(facts.targetFps, 60_000 / 1001);
  assert.equal(facts.service.platform?.id, "twitch");
  assert.equal(facts.recordDirectory, "/home/ann/Videos");
  assert.equal(facts.profile, "Gaming");
  assert.equal(facts.profileParameters.get("SimpleOutput/VBitrate"), "value of VBitrate");
});

Deno.test("leaves the stream key behind", () => {
  const facts = readFacts(answers(), NO_FACTS);
  assert.ok(!JSON.stringify(facts).includes("canary"));
});

Deno.test("takes the service's name for nothing where the user typed the server in", () => {
  const facts = readFacts(
    answers({
      GetStreamServiceSettings: ok({
        streamServiceType: "rtmp_custom",
        streamServiceSettings: { service: "Twitch", server: "rtmp://10.0.0.5/live", key: KEY },
      }),
    }),
    NO_FACTS,
  );
  assert.deepEqual(facts.service, {
    name: null,
    platform: null,
    ingest: { host: "10.0.0.5", port: 1935 },
    takesTracks: false,
  });
});

Deno.test("keeps what it knew where OBS does not answer", () => {
  const before = readFacts(answers(), NO_FACTS);
  assert.deepEqual(readFacts(FACT_REQUESTS.map(() => FAILED), before), before);
  assert.deepEqual(readFacts([], before), before);
});

Deno.test("takes nonsense for unknown", () => {
  for (const nonsense of [null, 7, [], "", true, -1, { a: [] }]) {
    const data = Object.fromEntries(
      [
        "obsVersion",
        "fpsNumerator",
        "fpsDenominator",
        "streamServiceType",
        "streamServiceSettings",
        "recordDirectory",
        "currentProfileName",
        "parameterValue",
      ].map((name) => [name, nonsense]),
    );
    const facts = readFacts(FACT_REQUESTS.map(() => ok(data)), NO_FACTS);
    assert.deepEqual(
      [facts.version, facts.service.platform, facts.recordDirectory, facts.profile],
      [null, null, null, null],
    );
  }
  const zero = ok({ fpsNumerator: 60, fpsDenominator: 0 });
  assert.equal(readFacts(answers({ GetVideoSettings: zero }), NO_FACTS).targetFps, null);
});

Deno.test("asks for no profile parameter but the few it needs", () => {
  const asked = FACT_REQUESTS.filter(({ requestType }) => requestType === "GetProfileParameter")
    .map(({ requestData }) => Object.values(requestData ?? {}).join("/"));
  assert.deepEqual(asked, [
    "Output/Mode",
    "SimpleOutput/VBitrate",
    "Stream1/IgnoreRecommended",
    "AdvOut/TrackIndex",
    "AdvOut/StreamMultiTrackAudioMixes",
  ]);
});
