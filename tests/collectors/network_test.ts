import fc from "fast-check";
import assert from "node:assert/strict";
import {
  createNetworkCollector,
  createThroughputMeter,
  type InterfaceCounters,
} from "../../sidecar/collectors/network.ts";
import { silentLog } from "../../sidecar/log/log.ts";

const signal = new AbortController().signal;

function nic(id: string, receivedBytes: number, sentBytes: number): InterfaceCounters {
  return { id, receivedBytes, sentBytes };
}

/** Feeds readings half a second apart, and gives what the meter said to each. */
function feed(...readings: InterfaceCounters[][]) {
  const meter = createThroughputMeter();
  return readings.map((counters, i) => {
    const read = meter(counters, i * 500);
    return read === null ? null : { uploadMbps: read.uploadMbps, downloadMbps: read.downloadMbps };
  });
}

Deno.test("bytes are counted from the first reading, and never fall", () => {
  const meter = createThroughputMeter();
  const totals = [
    [nic("eth0", 7000, 9000)],
    [nic("eth0", 7100, 9010)],
    [nic("eth0", 50, 9010), nic("wlan0", 9e12, 9e12)],
    [nic("eth0", 60, 9020), nic("wlan0", 9e12 + 1, 9e12 + 2)],
    [],
  ].map((counters, i) => {
    const read = meter(counters, i * 500);
    return read === null ? null : [read.receivedBytes, read.sentBytes];
  });
  assert.deepEqual(totals, [null, [100, 10], [100, 10], [111, 22], [111, 22]]);
});

Deno.test("rates are bits a second over all interfaces", () => {
  const rates = feed(
    [nic("eth0", 1000, 1_000_000), nic("wlan0", 0, 0)],
    [nic("eth0", 1000, 1_375_000), nic("wlan0", 125_000, 0)],
  );
  assert.deepEqual(rates, [null, { uploadMbps: 6, downloadMbps: 2 }]);
});

Deno.test("rates are means of the last 1 to 2 s", () => {
  // 8 Mbit/s up for 2 s, then silence.
  const sent = [0, 1, 2, 3, 4, 4, 4, 4, 4].map((half) => [nic("eth0", 0, half * 500_000)]);
  const up = feed(...sent).map((rate) => rate?.uploadMbps);
  assert.deepEqual(up, [undefined, 8, 8, 8, 8, 4, 0, 0, 0]);
});

Deno.test("rates hold with readings far apart", () => {
  const meter = createThroughputMeter();
  meter([nic("eth0", 0, 0)], 0);
  meter([nic("eth0", 0, 625_000)], 5000);
  assert.equal(meter([nic("eth0", 0, 6_875_000)], 10_000)?.uploadMbps, 10);
});

Deno.test("a counter that starts again or wraps adds nothing", () => {
  const rates = feed(
    [nic("eth0", 4_294_967_000, 900)],
    [nic("eth0", 500, 900)],
    [nic("eth0", 125_500, 900)],
  );
  assert.deepEqual(rates.slice(1), [
    { uploadMbps: 0, downloadMbps: 0 },
    { uploadMbps: 0, downloadMbps: 1 },
  ]);
});

Deno.test("an interface that appears counts from then on, not from its birth", () => {
  const rates = feed(
    [nic("eth0", 0, 0)],
    [nic("eth0", 0, 0), nic("wlan0", 9e12, 9e12)],
    [nic("eth0", 0, 0), nic("wlan0", 9e12, 9e12 + 125_000)],
  );
  assert.equal(rates[1]?.uploadMbps, 0);
  assert.equal(rates[2]?.uploadMbps, 1);
});

Deno.test("an interface that goes and returns is a new one", () => {
  const rates = feed(
    [nic("eth0", 0, 0), nic("usb0", 1000, 1000)],
    [nic("eth0", 0, 0)],
    [nic("eth0", 0, 0), nic("usb0", 8e12, 8e12)],
    [nic("eth0", 0, 0), nic("usb0", 8e12, 8e12)],
  );
  assert.deepEqual(rates.slice(1).map((rate) => rate?.downloadMbps), [0, 0, 0]);
});

Deno.test("a counter that leaps beyond what any link carries adds nothing", () => {
  const rates = feed([nic("eth0", 0, 0)], [nic("eth0", 2 ** 63, 2 ** 62)]);
  assert.deepEqual(rates[1], { uploadMbps: 0, downloadMbps: 0 });
});

Deno.test("rates are never negative, endless or not a number", () => {
  const counters = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom("a", "b", "c"),
      receivedBytes: fc.double({ min: 0, noNaN: false }),
      sentBytes: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(Number),
    }),
    { selector: (item) => item.id },
  );
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 60_000 }), counters), { minLength: 2 });
  fc.assert(fc.property(steps, (readings) => {
    const meter = createThroughputMeter();
    let atMs = 0;
    for (const [stepMs, items] of readings) {
      const { uploadMbps = 0, downloadMbps = 0, ...totals } = meter(items, atMs += stepMs) ?? {};
      for (const rate of [uploadMbps, downloadMbps]) {
        assert.ok(rate >= 0 && rate <= 300_000, `${rate}`);
      }
      for (const total of Object.values(totals)) assert.ok(total >= 0 && total < 1e15, `${total}`);
    }
  }));
});

/** A collector whose counters the test sets; 8 kbit/s for every byte in 1 ms. */
function fakeNetwork(extra: { capacity?: () => { mbps: number; ageS: number } | null } = {}) {
  const state = { nowMs: 0, sent: 0, reads: 0 };
  const collector = createNetworkCollector({
    source: {
      counters() {
        state.reads++;
        return [nic("eth0", 0, state.sent)];
      },
    },
    ingest: () => null,
    connect: () => Promise.reject(new Error("nothing to connect to")),
    clock: { now: () => 0, monotonic: () => state.nowMs },
    log: silentLog,
    ...extra,
  });
  return { state, collect: () => collector.collect(signal) };
}

Deno.test("nothing is known of the network before the second reading", async () => {
  const { state, collect } = fakeNetwork();
  assert.deepEqual(await collect(), {
    upload_speed_mbps: null,
    download_speed_mbps: null,
    sent_bytes: null,
    received_bytes: null,
    latency_ms: null,
    upload_capacity_mbps: null,
    upload_capacity_age_s: null,
  });
  state.nowMs = 500;
  state.sent = 62_500;
  assert.deepEqual(await collect(), {
    latency_ms: null,
    upload_capacity_mbps: null,
    upload_capacity_age_s: null,
    upload_speed_mbps: 1,
    download_speed_mbps: 0,
    sent_bytes: 62_500,
    received_bytes: 0,
  });
});

Deno.test("a collection right after another repeats the rates without a reading", async () => {
  const { state, collect } = fakeNetwork();
  await collect();
  state.nowMs = 500;
  state.sent = 62_500;
  await collect();
  state.nowMs = 600;
  state.sent = 9_000_000;
  assert.equal((await collect()).upload_speed_mbps, 1);
  assert.equal(state.reads, 2);
});

Deno.test("the last bandwidth test's result is passed on with its age", async () => {
  const { collect } = fakeNetwork({ capacity: () => ({ mbps: 24.5, ageS: 3600 }) });
  const reading = await collect();
  assert.equal(reading.upload_capacity_mbps, 24.5);
  assert.equal(reading.upload_capacity_age_s, 3600);
});

Deno.test("counters that cannot be read fail the collection", async () => {
  const collector = createNetworkCollector({
    source: { counters: () => Promise.reject(new Error("refused")) },
    ingest: () => null,
    connect: () => Promise.reject(new Error("nothing to connect to")),
    clock: { now: () => 0, monotonic: () => 0 },
    log: silentLog,
  });
  await assert.rejects(collector.collect(signal), /refused/);
});

Deno.test("a round trip that never ends holds up no collection", async () => {
  const collector = createNetworkCollector({
    source: { counters: () => [] },
    ingest: () => ({ host: "ingest.example", port: 1935 }),
    connect: ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    clock: { now: () => 0, monotonic: () => 0 },
    log: silentLog,
  });
  assert.equal((await collector.collect(signal)).latency_ms, null);
  await collector.close?.();
});
