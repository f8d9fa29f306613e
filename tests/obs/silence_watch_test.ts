import assert from "node:assert/strict";
import { SilenceWatch } from "../../sidecar/obs/silence_watch.ts";
import { FakeTime, settle } from "../fake_time.ts";
import { type FakeInput, type FakeMeters, fakeMeters } from "./fake_meters.ts";

const MIC: FakeInput = { name: "Mic/Aux", peak: 0.2, tracks: [1] };
const MUTED: FakeInput = { ...MIC, peak: 0 };

interface Rig {
  time: FakeTime;
  meters: FakeMeters;
  watch: SilenceWatch;
  /** Lets so many seconds go by, with two ticks each. */
  live(seconds: number, changes?: { live?: boolean; session?: FakeMeters }): Promise<void>;
}

function createRig(levelDb: () => number | null = () => -60): Rig {
  const time = new FakeTime();
  const meters = fakeMeters([MIC]);
  const watch = new SilenceWatch({ clock: time, levelDb });
  return {
    time,
    meters,
    watch,
    async live(seconds, { live = true, session = meters } = {}) {
      for (let tick = 0; tick < seconds * 2; tick++) {
        watch.look({ session, live, tracks: new Set([1]) });
        await settle();
        time.sleep(500);
      }
    },
  };
}

const UNKNOWN = { silent_s: null, silent_inputs: [] };

Deno.test("knows nothing before the first sample, and listens only while live", async () => {
  const { watch, meters, live } = createRig();
  await live(60, { live: false });
  assert.deepEqual(watch.figures, UNKNOWN);
  await live(1.5);
  assert.deepEqual(watch.figures, UNKNOWN);
  assert.equal(meters.events, 0);
  await live(1);
  assert.deepEqual(watch.figures, { silent_s: 0, silent_inputs: [] });
  await live(1, { live: false });
  assert.deepEqual(watch.figures, UNKNOWN);
});

Deno.test("listens every 1.5 s, every 2 s in a pause, and every second after a minute of silence", async () => {
  const { meters, live } = createRig();
  await live(1.5 + 30);
  assert.equal(meters.events, 20);
  meters.inputs = [MUTED];
  await live(62);
  assert.equal(meters.events, 20 + 32);
  await live(60);
  assert.equal(meters.events, 20 + 32 + 60);
});

Deno.test("counts silence from its first sample, until something is heard", async () => {
  const { watch, meters, live } = createRig();
  meters.inputs = [MUTED];
  await live(2);
  assert.deepEqual(watch.figures, { silent_s: 0.5, silent_inputs: ["Mic/Aux"] });
  await live(80);
  assert.deepEqual(watch.figures, { silent_s: 80.5, silent_inputs: ["Mic/Aux"] });
  meters.inputs = [MIC];
  await live(5);
  assert.deepEqual(watch.figures, { silent_s: 0, silent_inputs: [] });
});

Deno.test("sound in between begins silence anew", async () => {
  const { watch, meters, live } = createRig();
  meters.inputs = [MUTED];
  await live(40);
  meters.inputs = [MIC];
  await live(2);
  meters.inputs = [MUTED];
  await live(15);
  assert.ok((watch.figures.silent_s ?? Infinity) <= 15);
});

Deno.test("samples that fail leave the last one for a while, then nothing is known", async () => {
  const { watch, meters, live } = createRig();
  meters.inputs = [MUTED];
  await live(2.5);
  meters.broken = true;
  await live(20);
  assert.equal(watch.figures.silent_s, 21);
  await live(30);
  assert.deepEqual(watch.figures, UNKNOWN);
  meters.broken = false;
  await live(15);
  assert.ok((watch.figures.silent_s ?? 0) > 0);
});

Deno.test("another connection, or a user who wants none of it, ends what was known", async () => {
  let levelDb: number | null = -60;
  const { watch, meters, live } = createRig(() => levelDb);
  await live(16);
  assert.equal(watch.figures.silent_s, 0);
  await live(1, { session: fakeMeters([MIC]) });
  assert.deepEqual(watch.figures, UNKNOWN);
  await live(16);
  assert.equal(watch.figures.silent_s, 0);
  levelDb = null;
  const { events } = meters;
  await live(60);
  assert.deepEqual(watch.figures, UNKNOWN);
  assert.equal(meters.events, events);
});

Deno.test("gives a sample up when OBS must not be asked, and takes the next one", async () => {
  const { watch, meters, live } = createRig();
  const listening = Promise.withResolvers<void>();
  const { listenToMeters } = meters;
  let aborted = false;
  meters.listenToMeters = async (_, { signal }) => {
    signal.addEventListener("abort", () => {
      aborted = true;
      listening.resolve();
    });
    await listening.promise;
  };
  await live(16);
  watch.pause();
  await settle();
  assert.equal(aborted, true);
  assert.deepEqual(watch.figures, UNKNOWN);
  meters.listenToMeters = listenToMeters;
  await live(15);
  assert.equal(watch.figures.silent_s, 0);
});

Deno.test("names are harmless, short and few", async () => {
  const { watch, meters, live } = createRig();
  meters.inputs = Array.from({ length: 40 }, (_, i) => ({
    ...MUTED,
    name: `\u202e${i}${"x".repeat(500)}`,
  }));
  await live(16);
  const { silent_inputs: names } = watch.figures;
  assert.equal(names?.length, 10);
  assert.ok(names?.every((name) => name.length <= 61 && !name.includes("\u202e")));
});
