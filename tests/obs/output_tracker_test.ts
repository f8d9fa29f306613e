import assert from "node:assert/strict";
import fc from "fast-check";
import { identifyOutput, identifyService } from "../../sidecar/obs/output_identity.ts";
import { OutputTracker } from "../../sidecar/obs/output_tracker.ts";

const SERVICE = identifyService("Twitch", "auto");

function trackerOf(outputName = "adv_stream", outputKind = "rtmp_output"): OutputTracker {
  const identity = identifyOutput({ outputName, outputKind, copies: 1 }, SERVICE);
  assert.ok(identity);
  return new OutputTracker(identity);
}

/** What never falls inside a session. */
const TOTALS = [
  "total_frames",
  "total_bytes",
  "dropped_frames",
  "reconnects",
  "downtime_s",
] as const;

/** An answer of `GetOutputStatus`. */
function status(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    outputActive: true,
    outputReconnecting: false,
    outputDuration: 0,
    outputCongestion: 0,
    outputBytes: 0,
    outputSkippedFrames: 0,
    outputTotalFrames: 0,
    ...changes,
  };
}

function counts(bytes: number, frames: number, dropped = 0): Record<string, unknown> {
  return status({
    outputBytes: bytes,
    outputTotalFrames: frames,
    outputSkippedFrames: dropped,
  });
}

Deno.test("gives bitrate and frame rate over the last two seconds", () => {
  const tracker = trackerOf();
  tracker.update(counts(0, 0), 0);
  assert.equal(tracker.snapshot(null).bitrate_kbps, null, "one sample is no rate");
  for (let tick = 1; tick <= 10; tick++) {
    tracker.update(counts(tick * 375_000, tick * 30), tick * 500);
  }
  const output = tracker.snapshot(6000);
  assert.equal(output.bitrate_kbps, 6000);
  assert.equal(output.fps, 60);
  assert.equal(output.target_bitrate_kbps, 6000);
  assert.equal(output.uptime_s, 5);
});

Deno.test("equals OBS's counters to the frame after the stop, and stays there", () => {
  const tracker = trackerOf();
  tracker.update(counts(0, 0), 0);
  tracker.update(counts(1_000_000, 60, 2), 1000);
  const last = { ...counts(1_100_000, 66, 3), outputActive: false };
  for (const atMs of [1500, 2000, 2500]) tracker.update(last, atMs);
  const output = tracker.snapshot(null);
  assert.deepEqual(
    [output.active, output.dropped_frames, output.total_frames],
    [false, 3, 66],
  );
  assert.deepEqual(
    [output.bitrate_kbps, output.fps, output.congestion, output.uptime_s],
    [0, 0, null, 0],
  );
});

Deno.test("goes on with what an earlier sidecar counted, which is no growth of its own", () => {
  const tracker = trackerOf();
  const answer = (frames: number) => ({
    ...counts(frames * 1000, frames, 1),
    outputDuration: 50_000,
  });
  tracker.update(answer(100), 1000);
  tracker.resume({
    total: 2000,
    dropped: 30,
    bytes: 4_000_000,
    reconnects: 2,
    downtimeS: 7.5,
    uptimeS: 600,
  });
  const { total_frames, dropped_frames, total_bytes, reconnects, downtime_s, uptime_s } = tracker
    .snapshot(null);
  assert.deepEqual(
    { total_frames, dropped_frames, total_bytes, reconnects, downtime_s, uptime_s },
    {
      total_frames: 2100,
      dropped_frames: 31,
      total_bytes: 4_100_000,
      reconnects: 2,
      downtime_s: 7.5,
      uptime_s: 600,
    },
  );
  assert.deepEqual(tracker.carried, { total: 2000, dropped: 30, bytes: 4_000_000 });
  tracker.update(answer(160), 2000);
  const after = tracker.snapshot(null);
  assert.deepEqual([after.total_frames, after.fps, after.uptime_s], [2160, 60, 601]);
  assert.equal(after.recent_drop_percentage, 0);
  tracker.noteReconnecting(true);
  tracker.update(counts(0, 0), 3000);
  assert.equal(tracker.snapshot(null).total_frames, 2160);
  assert.equal(tracker.snapshot(null).reconnects, 3);
  tracker.update({ ...counts(0, 0), outputActive: false }, 4000);
  tracker.update(counts(0, 0), 5000);
  const next = tracker.snapshot(null);
  assert.deepEqual([next.total_frames, next.reconnects, next.uptime_s], [0, 0, 0]);
});

Deno.test("does not count again what OBS kept from the session before", () => {
  const tracker = trackerOf();
  tracker.update(counts(0, 0), 0);
  tracker.update(counts(9_000_000, 600, 30), 10_000);
  tracker.update({ ...counts(9_000_000, 600, 30), outputActive: false }, 10_500);
  tracker.update(counts(100_000, 6, 1), 11_000);
  const output = tracker.snapshot(null);
  assert.deepEqual([output.dropped_frames, output.total_frames], [1, 6]);
  assert.deepEqual([output.reconnects, output.downtime_s, output.uptime_s], [0, 0, 0]);
});

Deno.test("adds up across a reconnect, counting it and the time it took", () => {
  const tracker = trackerOf();
  tracker.update(counts(0, 0), 0);
  tracker.update(counts(7_500_000, 600, 6), 10_000);
  // The connection breaks; OBS tries again, which zeroes bytes and drops but not the frames.
  tracker.update({ ...counts(7_500_000, 600, 6), outputReconnecting: true }, 10_500);
  tracker.update({ ...counts(0, 600, 0), outputReconnecting: true }, 11_500);
  tracker.update({ ...counts(0, 600, 0), outputReconnecting: true }, 13_500);
  tracker.update(counts(375_000, 30, 1), 14_000);
  const output = tracker.snapshot(null);
  assert.deepEqual(
    [output.active, output.reconnecting, output.reconnects, output.downtime_s],
    [true, false, 1, 3.5],
  );
  assert.deepEqual([output.dropped_frames, output.total_frames], [7, 630]);
  assert.equal(output.total_bytes, 7_875_000);
  assert.equal(output.uptime_s, 14);
});

Deno.test("counts drops from zero at a reconnect though they did not fall", () => {
  const tracker = trackerOf();
  tracker.update(counts(0, 0), 0);
  tracker.update(counts(1_000_000, 600, 2), 10_000);
  tracker.update({ ...counts(50_000, 600, 4), outputReconnecting: true }, 10_500);
  assert.equal(tracker.snapshot(null).dropped_frames, 6);
});

Deno.test("counts a reconnect once, whether events, polls or both tell of it", () => {
  const tracker = trackerOf();
  tracker.update(counts(0, 0), 0);
  tracker.noteReconnecting(true);
  tracker.update({ ...counts(0, 0), outputReconnecting: true }, 500);
  assert.equal(tracker.snapshot(null).reconnects, 1);
  tracker.noteReconnecting(false);
  tracker.update(counts(0, 0), 1000);
  // One that begins and ends between two polls.
  tracker.noteReconnecting(true);
  tracker.noteReconnecting(false);
  tracker.update(counts(0, 0), 1500);
  assert.equal(tracker.snapshot(null).reconnects, 2);
});

Deno.test("takes OBS's word for how long a stream ran before the sidecar came", () => {
  const tracker = trackerOf();
  tracker.update({ ...counts(1000, 600), outputDuration: 90_000 }, 5_000_000);
  assert.equal(tracker.snapshot(null).uptime_s, 90);
  assert.equal(tracker.snapshot(null).total_frames, 600);
});

Deno.test("shows n/a for drops and congestion where the protocol does not tell", () => {
  for (const kind of ["ffmpeg_mpegts_muxer", "whip_output"]) {
    const tracker = trackerOf("adv_stream", kind);
    tracker.update(status({ outputCongestion: 0.5 }), 0);
    tracker.update(status({ outputTotalFrames: 30, outputCongestion: 0.5 }), 500);
    const output = tracker.snapshot(null);
    assert.deepEqual(
      [output.dropped_frames, output.drop_percentage, output.recent_drop_percentage],
      [null, null, null],
    );
    assert.equal(output.congestion, null);
    assert.equal(output.total_frames, 30);
  }
});

Deno.test("forgets drops after 60 s in the recent share, and never in the total", () => {
  const tracker = trackerOf();
  tracker.update(counts(0, 0), 0);
  tracker.update(counts(1000, 60, 6), 1000);
  assert.equal(tracker.snapshot(null).recent_drop_percentage, 10);
  for (let second = 2; second <= 62; second++) {
    tracker.update(counts(second * 1000, second * 60, 6), second * 1000);
  }
  const output = tracker.snapshot(null);
  assert.equal(output.recent_drop_percentage, 0);
  assert.equal(output.dropped_frames, 6);
});

Deno.test("means the record rate over 30 s, and knows none while nothing records", () => {
  const tracker = trackerOf("adv_file_output", "ffmpeg_muxer");
  assert.equal(tracker.recordBytesPerSecond, null);
  let bytes = 0;
  for (let second = 0; second <= 60; second++) {
    tracker.update(counts(bytes, second * 60), second * 1000);
    bytes += second < 30 ? 1_000_000 : 2_000_000;
  }
  assert.equal(tracker.recordBytesPerSecond, 2_000_000);
  tracker.update({ ...counts(bytes, 3660), outputActive: false }, 61_000);
  assert.equal(tracker.recordBytesPerSecond, null);
});

Deno.test("does not know the figures of the moment while OBS does not tell them", () => {
  const tracker = trackerOf();
  tracker.update(counts(0, 0), 0);
  tracker.update({ ...counts(375_000, 30, 1), outputCongestion: 0.2 }, 500);
  tracker.miss();
  const output = tracker.snapshot(null);
  assert.deepEqual([output.bitrate_kbps, output.fps, output.congestion], [null, null, null]);
  assert.deepEqual([output.active, output.total_frames, output.dropped_frames], [true, 30, 1]);
});

Deno.test("is inactive with its totals once OBS no longer has the output", () => {
  const tracker = trackerOf();
  tracker.update(counts(0, 0), 0);
  tracker.update({ ...counts(375_000, 30, 1), outputReconnecting: true }, 500);
  tracker.noteGone();
  const output = tracker.snapshot(null);
  assert.deepEqual([output.active, output.reconnecting], [false, false]);
  assert.equal(output.total_frames, 30);
});

Deno.test("takes nonsense for unknown and goes on", () => {
  const tracker = trackerOf();
  tracker.update(counts(1000, 60, 1), 0);
  for (const nonsense of [null, "NaN", -5, NaN, Infinity, [], {}]) {
    tracker.update(Object.fromEntries(Object.keys(status()).map((name) => [name, nonsense])), 500);
  }
  const output = tracker.snapshot(null);
  assert.deepEqual(
    [output.active, output.reconnecting, output.total_frames, output.dropped_frames],
    [true, false, 60, 1],
  );
  assert.equal(output.congestion, null);
});

Deno.test("never lets a total fall inside a session nor a rate below zero, whatever resets", () => {
  const poll = fc.record({
    afterMs: fc.integer({ min: 1, max: 3000 }),
    reset: fc.boolean(),
    frames: fc.nat(200),
    bytes: fc.nat(2_000_000),
    dropped: fc.nat(50),
    reconnecting: fc.boolean(),
    active: fc.integer({ min: 0, max: 9 }).map((roll) => roll > 0),
  });
  fc.assert(fc.property(fc.array(poll, { maxLength: 80 }), (polls) => {
    const tracker = trackerOf();
    const raw = { bytes: 0, frames: 0, dropped: 0 };
    const model = { frames: 0, dropped: 0 };
    let atMs = 0;
    let wasActive = false;
    for (const { afterMs, reset, frames, bytes, dropped, reconnecting, active } of polls) {
      atMs += afterMs;
      const starts = active && !wasActive;
      if (starts || (reset && wasActive)) Object.assign(raw, { bytes: 0, frames: 0, dropped: 0 });
      if (starts) Object.assign(model, { frames: 0, dropped: 0 });
      const before = { ...raw };
      if (active) {
        raw.bytes += bytes;
        raw.frames += frames;
        raw.dropped += dropped;
        model.frames += raw.frames - before.frames;
        model.dropped += raw.dropped - before.dropped;
      }
      const last = tracker.snapshot(null);
      tracker.update({
        ...counts(raw.bytes, raw.frames, raw.dropped),
        outputActive: active,
        outputReconnecting: active && reconnecting,
      }, atMs);
      const output = tracker.snapshot(null);
      if (!starts) {
        for (const total of TOTALS) {
          assert.ok((output[total] ?? 0) >= (last[total] ?? 0), `${total} fell inside a session`);
        }
      }
      // A reset that is overtaken before the next poll cannot be seen: the total then lacks it.
      assert.ok((output.total_frames ?? 0) <= model.frames);
      assert.ok((output.dropped_frames ?? 0) <= model.dropped);
      for (const rate of ["bitrate_kbps", "fps", "uptime_s", "recent_drop_percentage"] as const) {
        assert.ok((output[rate] ?? 0) >= 0, `${rate} is negative`);
      }
      wasActive = active;
    }
  }));
});
