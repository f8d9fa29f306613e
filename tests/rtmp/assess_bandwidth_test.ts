import assert from "node:assert/strict";
import fc from "fast-check";
import { acknowledgedRate } from "../../sidecar/rtmp/acknowledged_rate.ts";
import { Acknowledgements } from "../../sidecar/rtmp/acknowledgements.ts";
import { assessBandwidth, type Observations } from "../../sidecar/rtmp/assess_bandwidth.ts";
import { RtmpError } from "../../sidecar/rtmp/rtmp_error.ts";
import { unacknowledgedCap } from "../../sidecar/rtmp/unacknowledged_cap.ts";

const DURATION_MS = 18_000;

/** What a server tells that receives at `kbps` and acknowledges every `window` bytes. */
function acknowledged(
  { kbps, window, delayMs = 0, forMs = DURATION_MS }: {
    kbps: number;
    window: number;
    delayMs?: number;
    forMs?: number;
  },
): Acknowledgements {
  const acknowledgements = new Acknowledgements();
  for (let bytes = window;; bytes += window) {
    const atMs = bytes * 8 / kbps + delayMs;
    if (atMs > forMs) return acknowledgements;
    acknowledgements.note(bytes >>> 0, { atMs, sentBytes: Number.POSITIVE_INFINITY });
  }
}

function observed(changes: Partial<Observations> & { sentKbps: number }): Observations {
  const { sentKbps, ...rest } = changes;
  return {
    sent: {
      beganMs: 0,
      endedMs: DURATION_MS,
      bytes: sentKbps * DURATION_MS / 8,
      frames: 540,
      heldUpMs: 0,
    },
    acknowledgements: new Acknowledgements(),
    sentBefore: 0,
    drainedMs: null,
    roundTripMs: 40,
    warmUpMs: 3000,
    paceKbps: 6000,
    ...rest,
  };
}

Deno.test("counts of 32 bits are followed over their wrap", () => {
  fc.assert(fc.property(fc.array(fc.nat(2 ** 31 - 1), { maxLength: 50 }), (steps) => {
    const acknowledgements = new Acknowledgements();
    let total = 0;
    for (const step of steps) {
      total += step;
      acknowledgements.note(total >>> 0, { atMs: total, sentBytes: total });
    }
    assert.equal(acknowledgements.bytes, total);
    assert.ok(acknowledgements.usable);
  }));
});

Deno.test("counts that run backwards are ignored, counts beyond what was sent distrusted", () => {
  const acknowledgements = new Acknowledgements();
  acknowledgements.note(100_000, { atMs: 1, sentBytes: 200_000 });
  acknowledgements.note(99_000, { atMs: 2, sentBytes: 200_000 });
  assert.equal(acknowledgements.bytes, 100_000);
  assert.ok(acknowledgements.usable);
  acknowledgements.note(900_000, { atMs: 3, sentBytes: 200_000 });
  assert.equal(acknowledgements.bytes, 100_000);
  assert.ok(!acknowledgements.usable);
});

Deno.test("the slope is the link's rate, whatever the delay and the window", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 50_000 }),
      fc.constantFrom(16_384, 65_536, 131_072),
      fc.nat(2000),
      (kbps, window, delayMs) => {
        const { samples } = acknowledged({ kbps, window, delayMs });
        const rate = acknowledgedRate(samples, { fromMs: 3000, toMs: DURATION_MS });
        assert.ok(rate !== null);
        assert.ok(Math.abs(rate.kbps / kbps - 1) < 1e-6);
        assert.ok(rate.stability > 0.999);
      },
    ),
  );
});

Deno.test("a burst at the start does not count", () => {
  const acknowledgements = new Acknowledgements();
  for (let atMs = 50; atMs <= DURATION_MS; atMs += 50) {
    const bytes = 3_000_000 * Math.min(1, atMs / 2000) + atMs * 3000 / 8;
    acknowledgements.note(Math.floor(bytes), { atMs, sentBytes: 1e9 });
  }
  const result = assessBandwidth(observed({ sentKbps: 6000, acknowledgements }));
  assert.ok(Math.abs(result.sustainedKbps / 3000 - 1) < 0.001, `${result.sustainedKbps}`);
});

Deno.test("what a lost packet held back and then released does not count", () => {
  const even = acknowledged({ kbps: 1000, window: 65_536 }).samples;
  const late = even.map((sample, index) =>
    index === 6 || index === 7 ? { ...sample, atMs: (even[8]?.atMs ?? 0) - 20 + index } : sample
  );
  const rate = acknowledgedRate(late, { fromMs: 3000, toMs: DURATION_MS });
  assert.ok(rate !== null && Math.abs(rate.kbps / 1000 - 1) < 0.01, String(rate?.kbps));
});

Deno.test("a rate that changes half-way is told as the mean of both", () => {
  const samples = Array.from({ length: 151 }, (_, index) => ({
    atMs: index * 100,
    bytes: 37_500 * index + 37_500 * Math.min(75, index),
  }));
  const rate = acknowledgedRate(samples, { fromMs: 0, toMs: 15_000 });
  assert.ok(rate !== null && Math.abs(rate.kbps / 4500 - 1) < 0.02, String(rate?.kbps));
});

Deno.test("a rate that swings is less stable than one that does not", () => {
  const samples = Array.from({ length: 180 }, (_, index) => ({
    atMs: index * 100,
    bytes: index * 50_000 + 200_000 * Math.sin(index / 7),
  }));
  const rate = acknowledgedRate(samples, { fromMs: 0, toMs: DURATION_MS });
  assert.ok(rate !== null && rate.stability < 0.95 && rate.stability > 0, String(rate?.stability));
});

Deno.test("too few acknowledgements, or over too short a time, are no measure", () => {
  const { samples } = acknowledged({ kbps: 6000, window: 65_536, forMs: 8000 });
  assert.equal(acknowledgedRate(samples, { fromMs: 3000, toMs: DURATION_MS }), null);
  assert.equal(acknowledgedRate(samples.slice(0, 3), { fromMs: 0, toMs: 300 }), null);
  assert.equal(acknowledgedRate([], { fromMs: 0, toMs: 300 }), null);
});

Deno.test("a link below the pace is told as link, with its backlog", () => {
  const acknowledgements = acknowledged({ kbps: 3000, window: 65_536 });
  const seen = observed({ sentKbps: 6000, acknowledgements, drainedMs: 2 * DURATION_MS + 40 });
  const result = assessBandwidth(seen);
  assert.equal(result.limitedBy, "link");
  assert.equal(result.method, "acknowledgements");
  assert.equal(result.backlogMs, DURATION_MS);
  const undrained = assessBandwidth({ ...seen, drainedMs: null });
  assert.ok(Math.abs(undrained.backlogMs / DURATION_MS - 1) < 0.02, `${undrained.backlogMs}`);
});

Deno.test("without acknowledgements the drain is the measure", () => {
  const result = assessBandwidth(observed({ sentKbps: 6000, drainedMs: 2 * DURATION_MS + 40 }));
  assert.equal(result.method, "drain");
  assert.equal(result.stability, null);
  assert.equal(result.sustainedKbps, 3000);
  assert.equal(result.limitedBy, "link");
});

Deno.test("acknowledgements that cannot be true are not used", () => {
  const acknowledgements = acknowledged({ kbps: 3000, window: 65_536 });
  acknowledgements.note(2 ** 30, { atMs: DURATION_MS, sentBytes: 1000 });
  const result = assessBandwidth(
    observed({ sentKbps: 6000, acknowledgements, drainedMs: DURATION_MS + 40 }),
  );
  assert.equal(result.method, "drain");
});

Deno.test("a link that takes all is told as pace, also when the machine itself was slow", () => {
  for (const sentKbps of [6000, 4000]) {
    const result = assessBandwidth(observed({ sentKbps, drainedMs: DURATION_MS + 60 }));
    assert.equal(result.limitedBy, "pace");
    assert.equal(result.sustainedKbps, sentKbps * DURATION_MS / (DURATION_MS + 20));
  }
});

Deno.test("a connection that holds the sender up is a link's limit", () => {
  const seen = observed({ sentKbps: 4000, drainedMs: DURATION_MS + 60 });
  const result = assessBandwidth({ ...seen, sent: { ...seen.sent, heldUpMs: 6000 } });
  assert.equal(result.limitedBy, "link");
});

Deno.test("nothing told is unmeasurable", () => {
  assert.throws(
    () => assessBandwidth(observed({ sentKbps: 6000 })),
    (error) => error instanceof RtmpError && error.code === "unmeasurable",
  );
});

Deno.test("two seconds at the server's rate may be under way, more if it tells coarsely", () => {
  const none = new Acknowledgements();
  assert.equal(unacknowledgedCap(none, { paceKbps: 6000 }), Number.POSITIVE_INFINITY);
  const fine = acknowledged({ kbps: 3000, window: 65_536 });
  assert.ok(Math.abs(unacknowledgedCap(fine, { paceKbps: 6000 }) / 750_000 - 1) < 0.01);
  const coarse = acknowledged({ kbps: 3000, window: 2_500_000 });
  assert.equal(unacknowledgedCap(coarse, { paceKbps: 6000 }), 10_000_000);
});
