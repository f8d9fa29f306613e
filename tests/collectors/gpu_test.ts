import assert from "node:assert/strict";
import * as v from "valibot";
import { type Gpu, GpuSchema } from "../../shared/telemetry.ts";
import type { GpuReading } from "../../sidecar/collectors/collector.ts";
import { createGpuCollector, type GpuSource, NO_GPUS } from "../../sidecar/collectors/gpu.ts";

const signal = new AbortController().signal;

function gpu(name: string): Gpu {
  return {
    name,
    vendor: null,
    utilization_percent: null,
    temperature_celsius: null,
    vram_used_mb: null,
    vram_total_mb: null,
    encoder_utilization_percent: null,
    decoder_utilization_percent: null,
    power_watts: null,
    fan_percent: null,
    clock_mhz: null,
    throttle_reasons: null,
    driver_version: null,
    encoder_sessions: null,
    encoder_latency_us: null,
  };
}

function source(reading: Partial<GpuReading>): GpuSource {
  return { read: () => Promise.resolve({ ...NO_GPUS, ...reading }) };
}

Deno.test("reads no cards where no source has any, which is no error", async () => {
  const none = { gpus: [], encodingIndex: null, obsEncoderLatencyUs: null };
  assert.deepEqual(await createGpuCollector([]).collect(signal), none);
  assert.deepEqual(await createGpuCollector([source({}), source({})]).collect(signal), none);
});

Deno.test("puts the cards of all sources in one list, in their order", async () => {
  const collector = createGpuCollector([
    source({ gpus: [gpu("a"), gpu("b")] }),
    source({ gpus: [gpu("c"), gpu("d")], encodingIndex: 1, obsEncoderLatencyUs: 1500 }),
  ]);
  const reading = await collector.collect(signal);
  assert.deepEqual(reading.gpus.map(({ name }) => name), ["a", "b", "c", "d"]);
  assert.equal(reading.encodingIndex, 3);
  assert.equal(reading.obsEncoderLatencyUs, 1500);
  for (const card of reading.gpus) assert.ok(v.is(GpuSchema, card));
});

Deno.test("does not gather cards from one reading to the next", async () => {
  const collector = createGpuCollector([source({}), source({ gpus: [gpu("a")] })]);
  await collector.collect(signal);
  assert.equal((await collector.collect(signal)).gpus.length, 1);
  assert.deepEqual(NO_GPUS.gpus, []);
});

Deno.test("fails with the words of the source that fails, and recovers with it", async () => {
  let broken = true;
  const collector = createGpuCollector([
    source({ gpus: [gpu("a")] }),
    { read: () => broken ? Promise.reject(new Error("The card is lost")) : source({}).read() },
  ]);
  await assert.rejects(collector.collect(signal), /^Error: The card is lost$/);
  broken = false;
  assert.equal((await collector.collect(signal)).gpus.length, 1);
});

Deno.test("waits for a hung read again instead of starting a second one", async () => {
  const answer = Promise.withResolvers<GpuReading>();
  let reads = 0;
  const collector = createGpuCollector([
    {
      read() {
        reads++;
        return answer.promise;
      },
    },
  ]);
  const first = collector.collect(signal);
  const second = collector.collect(signal);
  assert.equal(reads, 1);
  answer.resolve({ ...NO_GPUS, gpus: [gpu("late")] });
  assert.equal((await first).gpus[0]?.name, "late");
  assert.equal((await second).gpus[0]?.name, "late");
  await collector.collect(signal);
  assert.equal(reads, 2);
});

Deno.test("closes every source, without waiting for one that hangs", async () => {
  const closed: string[] = [];
  const never = Promise.withResolvers<never>();
  const collector = createGpuCollector([
    {
      read: () => never.promise,
      close() {
        closed.push("hung");
        return never.promise;
      },
    },
    {
      read: source({}).read,
      close() {
        closed.push("idle");
        return Promise.resolve();
      },
    },
    source({}),
  ]);
  void collector.collect(signal);
  await collector.close?.();
  assert.deepEqual(closed, ["hung", "idle"]);
});
