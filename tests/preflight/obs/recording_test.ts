import assert from "node:assert/strict";
import { probeFolder } from "../../../sidecar/preflight/obs/probe_folder.ts";
import {
  judgeRecording,
  recordingKbps,
  type RecordingPlace,
} from "../../../sidecar/preflight/obs/recording.ts";
import type { ParameterName } from "../../../sidecar/preflight/obs/profile_parameters.ts";
import { parameters, streamSettings, told } from "./obs_fixture.ts";

const GOOD: RecordingPlace = { folder: "/videos", state: "writable", freeGib: 100, active: true };

function judge(
  place: Partial<RecordingPlace> = {},
  own: Partial<Record<ParameterName, string>> = { "SimpleOutput/RecQuality": "Stream" },
) {
  return judgeRecording({ ...GOOD, ...place }, streamSettings({ parameters: parameters(own) }));
}

Deno.test("tells how long the free space lasts at the stream's bitrate", () => {
  assert.deepEqual(told(judge()), [
    "pass: 100 GiB are free where OBS records: 39 h at 6160 kbit/s.",
  ]);
});

Deno.test("tells no hours for a recording of another quality", () => {
  assert.deepEqual(told(judge({}, { "SimpleOutput/RecQuality": "HQ" })), [
    "pass: 100 GiB are free where OBS records.",
  ]);
  const advanced = (own: Partial<Record<ParameterName, string>>) =>
    recordingKbps(
      streamSettings({ parameters: parameters({ "Output/Mode": "Advanced", ...own }) }),
    );
  assert.equal(advanced({}), 6160);
  assert.equal(advanced({ "AdvOut/RecEncoder": "obs_x264" }), null);
  assert.equal(advanced({ "AdvOut/RecType": "FFmpeg" }), null);
});

Deno.test("a folder that cannot be recorded to is a fail with its remedy", () => {
  const cases = [
    ["missing", "The recording folder /videos does not exist."],
    ["refused", "OBS cannot write to its recording folder /videos."],
    ["full", "The drive of the recording folder /videos is full."],
    ["silent", "The drive of the recording folder /videos does not answer."],
  ] as const;
  for (const [state, seen] of cases) {
    const findings = judge({ state });
    assert.deepEqual(told(findings), [`fail: ${seen}`]);
    assert.match(findings[0]?.remedy ?? "", /Settings > Output > Recording > Recording Path/);
  }
});

Deno.test("without a recording or replay buffer that runs, they are warnings", () => {
  for (const state of ["missing", "refused", "full", "silent"] as const) {
    assert.deepEqual(judge({ state, active: false }).map(({ status }) => status), ["warning"]);
  }
  assert.equal(judge({ freeGib: 0.9, active: false })[0]?.status, "warning");
});

Deno.test("little space, few hours and none at all", () => {
  assert.equal(judge({ freeGib: 4.9 })[0]?.status, "warning");
  assert.equal(judge({ freeGib: 0.9 })[0]?.status, "fail");
  assert.equal(judge({ freeGib: 10 })[0]?.status, "warning");
  assert.equal(judge({ freeGib: 10 }, { "SimpleOutput/RecQuality": "HQ" })[0]?.status, "pass");
  assert.equal(judge({ freeGib: null })[0]?.status, "skipped");
});

Deno.test("a plain mp4 or mov is lost in a crash, hybrid and fragmented ones are not", () => {
  const at = (own: Partial<Record<ParameterName, string>>) => told(judge({}, own))[0] ?? "";
  assert.match(at({ "SimpleOutput/RecFormat": "mp4" }), /^warning: .* plain mp4/);
  assert.match(at({ "SimpleOutput/RecFormat2": "mov" }), /^warning: .* plain mov/);
  assert.match(at({ "SimpleOutput/RecFormat2": "hybrid_mp4" }), /^pass/);
  const newer = { "SimpleOutput/RecFormat": "mp4", "SimpleOutput/RecFormat2": "mkv" } as const;
  assert.match(at(newer), /^pass/);
  const advanced = { "Output/Mode": "Advanced", "AdvOut/RecFormat2": "mp4" } as const;
  assert.match(at(advanced), /^warning/);
  assert.match(at({ ...advanced, "AdvOut/RecType": "FFmpeg" }), /^pass/);
});

Deno.test("an OBS on another machine tells its own free space", () => {
  assert.deepEqual(told(judge({ state: null })).map((text) => text.split(":")[0]), [
    "skipped",
    "pass",
  ]);
});

Deno.test("tries a folder and leaves nothing behind", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal(await probeFolder(folder), "writable");
    assert.equal(await probeFolder(`${folder}/`), "writable");
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    assert.equal(await probeFolder(`${folder}/gone`), "missing");
    await Deno.writeTextFile(`${folder}/file`, "");
    assert.equal(await probeFolder(`${folder}/file`), "missing");
    assert.equal(await probeFolder(`${folder}/file/below`), "missing");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "a folder of the kernel's cannot be written to",
  ignore: Deno.build.os !== "linux",
  fn: async () => assert.equal(await probeFolder("/proc/self"), "refused"),
});
