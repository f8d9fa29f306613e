import assert from "node:assert/strict";
import type { ObsAnswer } from "../../sidecar/obs/session.ts";
import { createLiveGuard, LiveError } from "../../sidecar/preflight/live_guard.ts";
import type { ObsAccess } from "../../sidecar/preflight/obs/obs_access.ts";
import { FakeTime } from "../fake_time.ts";
import { answered, REFUSED } from "./obs/obs_fixture.ts";

function outputs(active: boolean): ObsAnswer {
  const outputActive = active;
  return answered({
    outputs: [
      { outputName: "file", outputKind: "ffmpeg_muxer", outputActive: true },
      { outputName: "aitum_multi_1", outputKind: "rtmp_output", outputActive },
    ],
  });
}

function obs(list: () => Promise<ObsAnswer>): ObsAccess {
  return {
    batch: async () => [await list()],
    listenToMeters: () => Promise.resolve(),
    local: true,
    configRoot: null,
  };
}

function guardOf(list: () => Promise<ObsAnswer>, { force = false } = {}) {
  return createLiveGuard({ connect: () => Promise.resolve(obs(list)), force });
}

Deno.test("refuses while any network output is active, a recording is none", async () => {
  assert.equal(await guardOf(() => Promise.resolve(outputs(false))).refusal(), null);
  const live = guardOf(() => Promise.resolve(outputs(true)), { force: true });
  assert.match(await live.refusal() ?? "", /^OBS streams/);
  await assert.rejects(
    live.during(new AbortController().signal, () => Promise.resolve()),
    LiveError,
  );
});

Deno.test("refuses without OBS, unless it is forced", async () => {
  for (const force of [false, true]) {
    const away = createLiveGuard({ connect: () => Promise.reject(new Error("away")), force });
    const mute = guardOf(() => Promise.resolve(REFUSED), { force });
    for (const guard of [away, mute]) assert.equal(await guard.refusal() === null, force);
  }
});

Deno.test("ends what publishes within 500 ms after an output became active", async () => {
  using time = new FakeTime().install();
  let active = false;
  const guard = guardOf(() => Promise.resolve(outputs(active)));
  let endedMs = Infinity;
  const publishing = guard.during(
    new AbortController().signal,
    (signal) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener("abort", () => {
          endedMs = time.monotonic();
          reject(new Error("aborted"));
        });
      }),
  );
  const outcome = publishing.then(() => null, (error: unknown) => error);
  await time.pass(3000);
  assert.equal(endedMs, Infinity);
  active = true;
  await time.pass(1000);
  assert.ok(endedMs <= 3300, `ended at ${endedMs} ms`);
  const error = await outcome;
  assert.ok(error instanceof LiveError);
  assert.match(error.message, /The test was stopped: OBS streams/);
  assert.equal(time.waiting, 0);
});

Deno.test("an OBS that hangs ends what publishes: whether it streams is not known", async () => {
  using time = new FakeTime().install();
  let hangs = false;
  const guard = guardOf(() => hangs ? new Promise(() => {}) : Promise.resolve(outputs(false)));
  const publishing = guard.during(
    new AbortController().signal,
    (signal) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
      }),
  );
  const outcome = publishing.then(() => null, (error: unknown) => error);
  await time.pass(1000);
  hangs = true;
  await time.pass(2000);
  assert.ok(await outcome instanceof LiveError);
});

Deno.test("a test that ends by itself gives its result, and the watch ends", async () => {
  using time = new FakeTime().install();
  const guard = guardOf(() => Promise.resolve(outputs(false)));
  const signal = new AbortController().signal;
  assert.equal(await guard.during(signal, () => Promise.resolve(7)), 7);
  await assert.rejects(
    guard.during(signal, () => Promise.reject(new RangeError("its own"))),
    RangeError,
  );
  await time.pass(10);
  assert.equal(time.waiting, 0);
});
