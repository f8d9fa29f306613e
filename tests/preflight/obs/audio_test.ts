import assert from "node:assert/strict";
import { judgeAudio } from "../../../sidecar/preflight/obs/audio.ts";
import {
  type AudioInput,
  audioInput,
  roleOf,
} from "../../../sidecar/preflight/obs/audio_inputs.ts";
import {
  decibels,
  type Level,
  LoudestMoments,
  parseMeters,
} from "../../../sidecar/obs/audio_levels.ts";
import { answered, REFUSED, told } from "./obs_fixture.ts";

function input(changes: Partial<AudioInput> = {}): AudioInput {
  return {
    name: "Mic",
    role: "mic",
    muted: false,
    volume: 1,
    tracks: new Set([1, 2]),
    monitorOnly: false,
    ...changes,
  };
}

const TALKING: Level = { output: 0.25, input: 0.25 };

/** What is said of these inputs, each of them as loud. */
function judge(inputs: AudioInput[], level: Level | null = TALKING, track = 1) {
  const levels = new Map(level === null ? [] : inputs.map(({ name }) => [name, level] as const));
  return judgeAudio(inputs, { track, levels, seconds: 3 });
}

const GAME = input({ name: "Game", role: "other" });

Deno.test("passes a microphone that is heard, with its peak", () => {
  assert.deepEqual(told(judge([input()])), ['pass: Heard on track 1: "Mic", peaks at -12 dB.']);
});

Deno.test("a muted microphone is a warning", () => {
  const findings = judge([input({ muted: true }), GAME]);
  assert.deepEqual(told(findings), ['warning: "Mic" is muted.']);
  assert.match(findings[0]?.remedy ?? "", /Audio Mixer/);
});

Deno.test("a microphone on no streamed track is a fail, another source a warning", () => {
  const tracks = new Set([3]);
  assert.deepEqual(told(judge([input({ tracks }), GAME])), [
    'fail: "Mic" is not on track 1, which is streamed. Viewers would not hear it.',
  ]);
  assert.deepEqual(told(judge([input(), input({ ...GAME, tracks })])), [
    'warning: "Game" is not on track 1, which is streamed. Viewers do not hear it.',
  ]);
  assert.equal(judge([input({ tracks })], TALKING, 3)[0]?.status, "pass");
});

Deno.test("a spare microphone that is not streamed is a warning while another one is heard", () => {
  const spare = input({ name: "Spare", tracks: new Set([3]) });
  assert.deepEqual(told(judge([input(), spare])), [
    'warning: "Spare" is not on track 1, which is streamed. Viewers do not hear it.',
  ]);
  const alone = judge([input({ ...spare, monitorOnly: true }), input()]);
  assert.deepEqual(alone.map(({ status }) => status), ["warning"]);
  const muted = judge([input({ muted: true }), spare]);
  assert.ok(muted.some(({ status }) => status === "fail"), "a muted one is not heard");
});

Deno.test("a microphone in the headphones only is a fail", () => {
  const [finding] = judge([input({ monitorOnly: true }), GAME]);
  assert.equal(finding?.status, "fail");
  assert.match(finding?.remedy ?? "", /Monitor and Output/);
});

Deno.test("a fader that is down is a warning", () => {
  assert.deepEqual(told(judge([input({ volume: 0 }), GAME])), [
    'warning: The fader of "Mic" is all the way down.',
  ]);
});

Deno.test("a silent microphone is a warning, silent desktop sound is none", () => {
  const silent = { output: 0, input: 0.0009 };
  assert.deepEqual(told(judge([input()], silent)), ['warning: "Mic" was silent for 3 s.']);
  const desktop = input({ name: "Desktop", role: "desktop" });
  const levels = new Map([["Mic", TALKING], ["Desktop", { output: 0, input: 0 }]]);
  const findings = judgeAudio([input(), desktop], { track: 1, levels, seconds: 3 });
  assert.deepEqual(findings.map(({ status }) => status), ["pass"]);
});

Deno.test("a microphone that is in another scene only is told", () => {
  assert.match(told(judge([input()], null))[0] ?? "", /^warning: "Mic" is not active/);
});

Deno.test("clipping begins at -0.1 dB", () => {
  const at = (db: number) => ({ output: 10 ** (db / 20), input: 1 });
  assert.deepEqual(told(judge([input()], at(-0.06))), [
    'warning: "Mic" clips: it peaks at -0.1 dB.',
  ]);
  assert.equal(judge([input()], at(-0.2))[0]?.status, "pass");
});

Deno.test("a stream without a microphone, and one without any sound", () => {
  assert.deepEqual(told(judge([GAME])), ["warning: OBS has no microphone."]);
  assert.deepEqual(told(judge([])), [
    "warning: OBS has no microphone.",
    "fail: The stream would be without any sound.",
  ]);
  assert.deepEqual(judge([input({ muted: true })]).map(({ status }) => status), [
    "warning",
    "fail",
  ]);
});

Deno.test("keeps the loudest channel and moment of each input", () => {
  const event = (levels: unknown) => ({ inputs: [{ inputName: "Mic", inputLevelsMul: levels }] });
  const moments = new LoudestMoments();
  moments.add(event([[0.1, 0.2, 0.3], [0.1, 0.5, 0.6]]));
  moments.add(event([[0.1, 0.4, 0.7]]));
  moments.add(event([]));
  assert.deepEqual([...moments.levels], [["Mic", { output: 0.5, input: 0.7 }]]);
  assert.equal(decibels(0.5).toFixed(1), "-6.0");
  assert.equal(decibels(0), -Infinity);
});

Deno.test("meters of any other shape are silence or nothing", () => {
  assert.deepEqual(parseMeters({ inputs: "x" }), []);
  assert.deepEqual(parseMeters({ inputs: [null, 3, { inputName: 7 }] }), []);
  const odd = { inputName: "a", inputLevelsMul: [null, [NaN, Infinity, "1"], [0, -1, null]] };
  assert.deepEqual(parseMeters({ inputs: [odd] }), [["a", { output: 0, input: 0 }]]);
  const endless = Array.from({ length: 100_000 }, (_, i) => ({ inputName: `n${i}` }));
  const moments = new LoudestMoments();
  moments.add({ inputs: endless });
  moments.add({ inputs: endless.map(({ inputName }) => ({ inputName: `${inputName}b` })) });
  assert.equal(moments.levels.size, 500);
});

Deno.test("an input whose mute OBS refuses to tell has no sound", () => {
  const ref = { name: "Picture", kind: "image_source" };
  assert.equal(audioInput(ref, { role: "other", answers: [REFUSED, REFUSED] }), null);
});

Deno.test("reads an input's fader, tracks and monitoring", () => {
  const answers = [
    answered({ inputMuted: true }),
    answered({ inputVolumeMul: 0.5, inputVolumeDb: -6 }),
    answered({ inputAudioTracks: { 1: true, 2: false, 6: true, 7: true } }),
    answered({ monitorType: "OBS_MONITORING_TYPE_MONITOR_ONLY" }),
  ];
  const ref = { name: "Mic", kind: "wasapi_input_capture" };
  assert.deepEqual(audioInput(ref, { role: "mic", answers }), {
    name: "Mic",
    role: "mic",
    muted: true,
    volume: 0.5,
    tracks: new Set([1, 6]),
    monitorOnly: true,
  });
});

Deno.test("knows microphones and desktop sound by their kinds, PipeWire's two spellings too", () => {
  for (const kind of ["pipewire_audio_input_capture", "pipewire-audio-input-capture"]) {
    assert.equal(roleOf({ kind }), "mic");
  }
  for (const kind of ["pipewire_audio_output_capture", "pipewire-audio-application-capture"]) {
    assert.equal(roleOf({ kind }), "desktop");
  }
  assert.equal(roleOf({ kind: "image_source" }), "other");
});
