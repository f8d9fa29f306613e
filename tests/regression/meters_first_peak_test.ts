import assert from "node:assert/strict";
import { parseMeters } from "../../sidecar/obs/audio_levels.ts";

/** What the first event tells of one channel: magnitude, peak, peak before the fader. */
function heard(channel: [number, number, number]) {
  const [input] = parseMeters({ inputs: [{ inputName: "Song", inputLevelsMul: [channel] }] });
  return input?.[1];
}

Deno.test("what lay in OBS's memory when its meters began is not taken for sound", () => {
  // As OBS 32.2.2 told it: 649.7 dB.
  assert.deepEqual(heard([0.05, 3.05e32, 3.05e32]), { output: 0, input: 0 });
  assert.deepEqual(heard([0.00001, 5.5, 5.5]), { output: 0.00001, input: 0 });
  assert.deepEqual(heard([0, 0, 3.05e32]), { output: 0, input: 0 }, "while it is muted");
});

Deno.test("a click in a silent packet is heard, and so is sound that clips", () => {
  assert.deepEqual(heard([0.9 / 32, 0.9, 0.9]), { output: 0.9, input: 0.9 });
  assert.deepEqual(heard([9, 19, 1]), { output: 19, input: 1 });
});
