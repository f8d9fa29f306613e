import assert from "node:assert/strict";
import * as v from "valibot";
import { type Gpu, GpuSchema } from "../../shared/telemetry.ts";
import type { GpuReading } from "../../sidecar/collectors/collector.ts";
import { createGpuCollector } from "../../sidecar/collectors/gpu.ts";
import { type GpuSource, NO_GPUS } from "../../sidecar/collectors/gpu_source.ts";
import { type Log, silentLog } from "../../sidecar/log/log.ts";

const LOST = "The card is lost";
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
  return { what: "the cards", read: () => Promise.resolve({ ...NO_GPUS, ...reading }) };
}

/** A source whose answers the test gives, one a read. */
class ScriptedSource implements GpuSource {
  readonly what = "NVIDIA's cards";
  answers: PromiseWithResolvers<GpuReading>[] = [];

  read(): Promise<GpuReading> {
    const answer = Promise.withResolvers<GpuReading>();
    this.answers.push(answer);
    return answer.promise;
  }

  /** Answers the read that was started last. */
  answer(...names: string[]): void {
    this.answers.at(-1)!.resolve({ ...NO_GPUS, gpus: names.map(gpu) });
  }

  fail(message: string): void {
    this.answers.at(-1)!.reject(new Error(message));
  }
}

/** Resolves when all that waits for promises alone is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** A log that keeps what a user would see by default. */
function keepingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const keep = (message: string) => void lines.push(message);
  return { lines, log: { ...silentLog, info: keep, warn: keep, error: keep } };
}

function collectorOf(sources: GpuSource[], { log = silentLog, deadlineMs = 60_000 } = {}) {
  const collector = createGpuCollector({ sources, log, deadlineMs });
  return {
    close: () => collector.close?.(),
    names: async () => (await collector.collect(signal)).gpus.map(({ name }) => name),
    collect: () => collector.collect(signal),
  };
}

Deno.test("reads no cards where no source has any, which is no error", async () => {
  const none = { gpus: [], encodingIndex: null, obsEncoderLatencyUs: null };
  assert.deepEqual(await collectorOf([]).collect(), none);
  assert.deepEqual(await collectorOf([source({}), source({})]).collect(), none);
});

Deno.test("puts the cards of all sources in one list, in their order", async () => {
  const reading = await collectorOf([
    source({ gpus: [gpu("a"), gpu("b")] }),
    source({ gpus: [gpu("c"), gpu("d")], encodingIndex: 1, obsEncoderLatencyUs: 1500 }),
  ]).collect();
  assert.deepEqual(reading.gpus.map(({ name }) => name), ["a", "b", "c", "d"]);
  assert.equal(reading.encodingIndex, 3);
  assert.equal(reading.obsEncoderLatencyUs, 1500);
  for (const card of reading.gpus) assert.ok(v.is(GpuSchema, card));
});

Deno.test("does not gather cards from one reading to the next", async () => {
  const collector = collectorOf([source({}), source({ gpus: [gpu("a")] })]);
  await collector.collect();
  assert.deepEqual(await collector.names(), ["a"]);
  assert.deepEqual(NO_GPUS.gpus, []);
});

Deno.test("a source that fails costs its own cards only, and has them again afterwards", async () => {
  const nvidia = new ScriptedSource();
  const collector = collectorOf([nvidia, source({ gpus: [gpu("amd")], encodingIndex: 0 })]);
  const failing = collector.collect();
  nvidia.fail(LOST);
  const { gpus, encodingIndex } = await failing;
  assert.deepEqual(gpus.map(({ name }) => name), ["amd"]);
  assert.equal(encodingIndex, 0);
  const working = collector.names();
  nvidia.answer("nvidia");
  assert.deepEqual(await working, ["nvidia", "amd"]);
});

Deno.test("fails with the words of the source that fails where no other has a card", async () => {
  const nvidia = new ScriptedSource();
  const collector = collectorOf([source({}), nvidia]);
  const failing = collector.collect();
  nvidia.fail(LOST);
  await assert.rejects(failing, /^Error: The card is lost$/);
  const working = collector.names();
  nvidia.answer("nvidia");
  assert.deepEqual(await working, ["nvidia"]);
});

Deno.test("logs a source's failure once as long as it stays the same, and its recovery", async () => {
  const { log, lines } = keepingLog();
  const nvidia = new ScriptedSource();
  const collector = collectorOf([nvidia, source({ gpus: [gpu("amd")] })], { log });
  for (const reason of [LOST, LOST, "There is no driver", null, null, LOST]) {
    const reading = collector.collect();
    if (reason === null) nvidia.answer("nvidia");
    else nvidia.fail(reason);
    await reading;
  }
  assert.deepEqual(lines, [
    `${LOST}.`,
    "There is no driver.",
    "NVIDIA's cards answer again.",
    `${LOST}.`,
  ]);
});

Deno.test("a source that hangs costs its own cards only, and is not asked a second time", async () => {
  const { log, lines } = keepingLog();
  const nvidia = new ScriptedSource();
  const collector = collectorOf([nvidia, source({ gpus: [gpu("amd")] })], { log, deadlineMs: 1 });
  assert.deepEqual(await collector.names(), ["amd"]);
  assert.deepEqual(await collector.names(), ["amd"]);
  assert.equal(nvidia.answers.length, 1);
  assert.deepEqual(lines, [
    "No answer from NVIDIA's cards within 0.001 s: they are left out " +
    "until they answer. If that lasts, restart the PC.",
  ]);
  await collector.close();
});

Deno.test("a source that hung is read anew when its call returns", async () => {
  const { log, lines } = keepingLog();
  const nvidia = new ScriptedSource();
  const collector = collectorOf([nvidia], { log, deadlineMs: 1 });
  await assert.rejects(collector.collect(), /No answer from NVIDIA's cards/);
  await assert.rejects(collector.collect(), /No answer from NVIDIA's cards/);
  nvidia.fail("too late to matter");
  await settled();
  const reading = collector.names();
  nvidia.answer("nvidia");
  assert.deepEqual(await reading, ["nvidia"]);
  assert.equal(nvidia.answers.length, 2);
  assert.deepEqual(lines.slice(1), ["NVIDIA's cards answer again."]);
});

Deno.test("collections that overlap share one read", async () => {
  const nvidia = new ScriptedSource();
  const collector = collectorOf([nvidia]);
  const readings = [collector.names(), collector.names()];
  nvidia.answer("nvidia");
  assert.deepEqual(await Promise.all(readings), [["nvidia"], ["nvidia"]]);
  assert.equal(nvidia.answers.length, 1);
});

Deno.test("closes every source, without waiting for one that hangs", async () => {
  const closed: string[] = [];
  const never = Promise.withResolvers<never>();
  const collector = collectorOf([
    {
      what: "the cards",
      read: () => never.promise,
      close() {
        closed.push("hung");
        return never.promise;
      },
    },
    {
      ...source({}),
      close() {
        closed.push("idle");
        return Promise.resolve();
      },
    },
    source({}),
  ], { deadlineMs: 1 });
  await assert.rejects(collector.collect());
  await collector.close();
  assert.deepEqual(closed, ["hung", "idle"]);
});
