import assert from "node:assert/strict";
import { type MeteredSession, sampleSilence } from "../../sidecar/obs/silence_sample.ts";
import { FakeTime } from "../fake_time.ts";
import { type FakeInput, fakeMeters } from "./fake_meters.ts";

const MIC: FakeInput = { name: "Mic/Aux", peak: 0.2, tracks: [1, 2] };
const DESKTOP: FakeInput = { name: "Desktop Audio", peak: 0, tracks: [1] };

async function sample(
  session: MeteredSession,
  { time = new FakeTime(), tracks = [1], signal = new AbortController().signal } = {},
) {
  const heard = await sampleSilence(session, {
    tracks: new Set(tracks),
    levelDb: -60,
    ms: 1_000,
    signal,
    clock: time,
  });
  return heard;
}

Deno.test("hears an input on the streamed track, and listens no longer than that takes", async () => {
  const meters = fakeMeters([MIC, DESKTOP]);
  assert.deepEqual(await sample(meters), { silent: false });
  assert.equal(meters.events, 1);
});

Deno.test("names the inputs that should be heard when none is, the muted ones too", async () => {
  const meters = fakeMeters([{ ...MIC, peak: 0 }, DESKTOP, { name: "Song", peak: 0, tracks: [2] }]);
  assert.deepEqual(await sample(meters), { silent: true, inputs: ["Mic/Aux", "Desktop Audio"] });
});

Deno.test("sound that is on other tracks, or in the headphones alone, is not heard", async () => {
  const song: FakeInput = { name: "Song", peak: 1, tracks: [2] };
  const alert: FakeInput = { name: "Chat sound", peak: 1, tracks: [1], monitorOnly: true };
  const meters = fakeMeters([song, DESKTOP, alert]);
  assert.deepEqual(await sample(meters), { silent: true, inputs: ["Desktop Audio"] });
  assert.deepEqual(await sample(meters, { tracks: [2] }), { silent: false });
});

Deno.test("a level below the limit is silence, one at it is sound", async () => {
  const at = (peak: number) => sample(fakeMeters([{ ...MIC, peak }]));
  assert.deepEqual(await at(0.000_999), { silent: true, inputs: ["Mic/Aux"] });
  assert.deepEqual(await at(0.001_001), { silent: false });
});

Deno.test("an OBS without any active input is silent", async () => {
  assert.deepEqual(await sample(fakeMeters([])), { silent: true, inputs: [] });
});

Deno.test("an OBS that sends no levels says nothing", async () => {
  const mute: MeteredSession = {
    listenToMeters: () => Promise.resolve(),
    batch: () => assert.fail("nothing is to be asked"),
  };
  assert.equal(await sample(mute), null);
});

Deno.test("asks nothing more once OBS must not be asked", async () => {
  const stop = new AbortController();
  const session: MeteredSession = {
    listenToMeters(onMeters) {
      onMeters({ inputs: [{ inputName: "Mic/Aux", inputLevelsMul: [[1, 1, 1]] }] });
      stop.abort();
      return Promise.resolve();
    },
    batch: () => assert.fail("nothing is to be asked"),
  };
  assert.equal(await sample(session, { signal: stop.signal }), null);
});

Deno.test("an input whose tracks OBS does not tell counts as heard", async () => {
  const meters = fakeMeters([{ name: "Gone", peak: 1, tracks: null }]);
  assert.deepEqual(await sample(meters), { silent: false });
});
