import assert from "node:assert/strict";
import fc from "fast-check";
import { ChunkWriter } from "../../sidecar/rtmp/chunk_writer.ts";
import { MESSAGE } from "../../sidecar/rtmp/message.ts";
import { sendPaced } from "../../sidecar/rtmp/paced_sender.ts";
import { TestSignal } from "../../sidecar/rtmp/test_signal.ts";

/** A sink on a clock of its own, which holds the sender up when told. */
function fakeSink({ holdUpMs }: { holdUpMs: (nowMs: number) => number }) {
  const writer = new ChunkWriter();
  writer.chunkSize = 4096;
  let nowMs = 0;
  let bytes = 0;
  const sends: { atMs: number; bytes: number }[] = [];
  return {
    sends,
    clock: { now: () => nowMs, monotonic: () => nowMs },
    sleep: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
    sink: {
      sentBytes: () => bytes,
      send: (messages: Parameters<ChunkWriter["write"]>[0]) => {
        const { length } = writer.write(messages);
        bytes += length;
        sends.push({ atMs: nowMs, bytes: length });
        return Promise.resolve();
      },
      room: () => {
        nowMs += holdUpMs(nowMs);
        return Promise.resolve();
      },
    },
  };
}

function testSignal(): TestSignal {
  return new TestSignal({ stream: 1, chunkSize: 4096 });
}

Deno.test("the pace is met to the byte, headers and sound included", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 300, max: 80_000 }), async (paceKbps) => {
      const { sink, clock, sleep, sends } = fakeSink({ holdUpMs: () => 0 });
      const options = { paceKbps, durationMs: 4000, clock, sleep };
      const sent = await sendPaced(sink, testSignal(), options);
      const planned = paceKbps / 8 * 4000;
      assert.ok(Math.abs(sent.bytes - planned) < 400, `${sent.bytes} of ${planned}`);
      assert.equal(sends.length, 120);
    }),
    { numRuns: 20 },
  );
});

Deno.test("after a hold-up the sender catches up without a burst", async () => {
  const { sink, clock, sleep, sends } = fakeSink({
    holdUpMs: (nowMs) => nowMs > 2000 && nowMs < 2040 ? 400 : 0,
  });
  const options = { paceKbps: 6000, durationMs: 8000, clock, sleep };
  const sent = await sendPaced(sink, testSignal(), options);
  assert.ok(Math.abs(sent.bytes / (6000 / 8 * 8000) - 1) < 0.01, `${sent.bytes}`);
  assert.ok(mostPerSecond(sends) <= 1.3 * 750_000, `${mostPerSecond(sends)}`);
  assert.ok(Math.abs(sent.heldUpMs - 400) < 1, `${sent.heldUpMs}`);
});

Deno.test("what a long hold-up kept back is left out", async () => {
  const { sink, clock, sleep, sends } = fakeSink({
    holdUpMs: (nowMs) => nowMs > 2000 && nowMs < 2040 ? 5000 : 0,
  });
  const options = { paceKbps: 6000, durationMs: 12_000, clock, sleep };
  const sent = await sendPaced(sink, testSignal(), options);
  const withoutHoldUp = 750 * (12_000 - 5000 + 500);
  assert.ok(Math.abs(sent.bytes / withoutHoldUp - 1) < 0.02, `${sent.bytes} of ${withoutHoldUp}`);
  assert.ok(mostPerSecond(sends) <= 1.3 * 750_000);
});

function mostPerSecond(sends: { atMs: number; bytes: number }[]): number {
  return Math.max(
    ...sends.map(({ atMs }) =>
      sends.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1000)
        .reduce((sum, { bytes }) => sum + bytes, 0)
    ),
  );
}

Deno.test("sound keeps up with the picture, and timestamps never go back", () => {
  const signal = testSignal();
  const last = new Map<number, number>();
  let sounds = 0;
  for (let frame = 0; frame < 300; frame++) {
    for (const { type, timestampMs } of signal.next(20_000)) {
      assert.ok(timestampMs >= (last.get(type) ?? 0));
      last.set(type, timestampMs);
      if (type === MESSAGE.audio) sounds++;
    }
  }
  assert.equal(signal.frames, 300);
  assert.ok(Math.abs(sounds - 9967 / 1000 * 48_000 / 1024) <= 1, `${sounds}`);
});
