import assert from "node:assert/strict";
import * as v from "valibot";
import { GpuSchema } from "../../shared/telemetry.ts";
import type { GpuReading } from "../../sidecar/collectors/collector.ts";
import { createGpuCollector } from "../../sidecar/collectors/gpu.ts";
import { createNvmlGpuSource } from "../../sidecar/collectors/gpu_nvml.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { type Nvml, openNvml } from "../../sidecar/nvml/nvml.ts";
import { CC, counterpartTest } from "../counterparts.ts";
import { NvmlStub } from "../peers/nvml_stub.ts";

const OBS_PID = 4711;
const signal = new AbortController().signal;

/** A collector on the stub, with a clock that the test moves. */
function watch(open: () => Nvml | null) {
  const state = { nowMs: 1_000, opened: 0, logged: [] as string[] };
  const note = (message: string) => void state.logged.push(message);
  const collector = createGpuCollector({
    log: silentLog,
    sources: [
      createNvmlGpuSource({
        open() {
          state.opened++;
          return open();
        },
        isObsProcess: (pid) => pid === OBS_PID,
        clock: { now: () => 0, monotonic: () => state.nowMs },
        log: { ...silentLog, info: note, warn: note },
      }),
    ],
  });
  return {
    state,
    collect: (): Promise<GpuReading> => collector.collect(signal),
    close: () => collector.close?.(),
  };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < deadline, "the condition was never met");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

counterpartTest("reads every figure of two NVIDIA cards", [CC], async () => {
  await using stub = await NvmlStub.compile();
  stub.set("gpus", 2);
  stub.set("reasons", 0x1 | 0x4 | 0x40);
  stub.setSessions([
    { gpu: 0, pid: 99, latencyUs: 900 },
    { gpu: 1, pid: OBS_PID, latencyUs: 2000 },
    { gpu: 1, pid: OBS_PID, latencyUs: 3000 },
    { gpu: 1, pid: 99, latencyUs: 1000 },
  ]);
  const { collect, close } = watch(() => openNvml([stub.path]));
  const reading = await collect();
  assert.equal(reading.encodingIndex, 1);
  assert.equal(reading.obsEncoderLatencyUs, 2500);
  assert.deepEqual(reading.gpus, [
    {
      name: "NVIDIA GeForce RTX 4070",
      vendor: "nvidia",
      utilization_percent: 40,
      temperature_celsius: 61,
      vram_used_mb: 4096,
      vram_total_mb: 12288,
      encoder_utilization_percent: 30,
      decoder_utilization_percent: 10,
      power_watts: 123.456,
      fan_percent: 55,
      clock_mhz: 2610,
      throttle_reasons: ["power cap", "hardware thermal slowdown"],
      driver_version: "560.94",
      encoder_sessions: 1,
      encoder_latency_us: 900,
    },
    {
      name: "NVIDIA GeForce RTX 4080",
      vendor: "nvidia",
      utilization_percent: 41,
      temperature_celsius: 61,
      vram_used_mb: 4097,
      vram_total_mb: 12288,
      encoder_utilization_percent: 31,
      decoder_utilization_percent: 11,
      power_watts: 123.457,
      fan_percent: 56,
      clock_mhz: 2610,
      throttle_reasons: ["power cap", "hardware thermal slowdown"],
      driver_version: "560.94",
      encoder_sessions: 3,
      encoder_latency_us: 2000,
    },
  ]);
  for (const gpu of reading.gpus) assert.ok(v.is(GpuSchema, gpu));
  await close();
  assert.equal(stub.started(), 0);
});

counterpartTest("an idle card has no sessions, no latency and no throttling", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const { collect, close } = watch(() => openNvml([stub.path]));
  const { gpus, encodingIndex, obsEncoderLatencyUs } = await collect();
  assert.equal(gpus[0]?.encoder_sessions, 0);
  assert.equal(gpus[0]?.encoder_latency_us, null);
  assert.deepEqual(gpus[0]?.throttle_reasons, []);
  assert.equal(encodingIndex, null);
  assert.equal(obsEncoderLatencyUs, null);
  await close();
});

counterpartTest("follows OBS's encoder from card to card and to its end", [CC], async () => {
  await using stub = await NvmlStub.compile();
  stub.set("gpus", 2);
  const { collect, close } = watch(() => openNvml([stub.path]));
  stub.setSessions([{ gpu: 1, pid: OBS_PID, latencyUs: 1700 }]);
  assert.equal((await collect()).encodingIndex, 1);
  stub.setSessions([{ gpu: 0, pid: OBS_PID, latencyUs: 1800 }]);
  assert.deepEqual([(await collect()).encodingIndex, (await collect()).obsEncoderLatencyUs], [
    0,
    1800,
  ]);
  stub.setSessions([]);
  assert.equal((await collect()).encodingIndex, null);
  await close();
});

counterpartTest(
  "unsupported figures and missing functions cost only themselves",
  [CC],
  async () => {
    await using stub = await NvmlStub.compile({
      without: [
        "nvmlDeviceGetTemperatureV",
        "nvmlDeviceGetTemperature",
        "nvmlDeviceGetCurrentClocksEventReasons",
        "nvmlDeviceGetCurrentClocksThrottleReasons",
        "nvmlDeviceGetEncoderSessions",
      ],
    });
    stub.setResult("nvmlDeviceGetFanSpeed", 3);
    stub.setResult("nvmlDeviceGetPowerUsage", 3);
    stub.setResult("nvmlDeviceGetMemoryInfo", 3);
    stub.setResult("nvmlSystemGetDriverVersion", 999);
    stub.setSessions([{ pid: OBS_PID, latencyUs: 2200 }]);
    const { collect, close } = watch(() => openNvml([stub.path]));
    const { gpus, encodingIndex } = await collect();
    const [gpu] = gpus;
    assert.ok(gpu);
    const unknown = Object.entries(gpu).filter(([, figure]) => figure === null).map(([key]) => key);
    assert.deepEqual(unknown.sort(), [
      "driver_version",
      "fan_percent",
      "power_watts",
      "temperature_celsius",
      "throttle_reasons",
      "vram_total_mb",
      "vram_used_mb",
    ]);
    assert.equal(gpu.encoder_sessions, 1);
    assert.equal(gpu.encoder_latency_us, 2200);
    assert.equal(encodingIndex, null);
    await close();
  },
);

counterpartTest("asks for facts once and for slow figures about once a second", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const { state, collect, close } = watch(() => openNvml([stub.path]));
  for (let tick = 0; tick < 9; tick++) {
    await collect();
    state.nowMs += 500;
  }
  const once = ["nvmlInit_v2", "nvmlSystemGetDriverVersion", "nvmlDeviceGetName"];
  for (const name of once) assert.equal(stub.calls(name), 1, name);
  assert.equal(stub.calls("nvmlDeviceGetUtilizationRates"), 9);
  assert.equal(stub.calls("nvmlDeviceGetEncoderSessions"), 9);
  assert.equal(stub.calls("nvmlDeviceGetMemoryInfo"), 5);
  assert.equal(stub.calls("nvmlDeviceGetFanSpeed"), 5);
  assert.equal(stub.calls("nvmlDeviceGetEncoderStats"), 0);
  assert.equal(stub.calls("nvmlDeviceGetPcieThroughput"), 0);
  await close();
});

counterpartTest("a lost card is an error until NVML, opened anew, works again", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const { state, collect, close } = watch(() => openNvml([stub.path]));
  assert.equal((await collect()).gpus.length, 1);
  stub.set("lost_after", 3);
  const lost = /no longer answers its driver: restart the PC/;
  await assert.rejects(collect(), lost);
  assert.equal(stub.started(), 0);
  for (let tick = 0; tick < 19; tick++) {
    state.nowMs += 500;
    await assert.rejects(collect(), lost);
  }
  assert.equal(state.opened, 1);
  state.nowMs += 500;
  await assert.rejects(collect(), lost);
  assert.equal(state.opened, 2);
  stub.set("lost", 0);
  await assert.rejects(collect(), lost);
  state.nowMs += 10_000;
  assert.equal((await collect()).gpus[0]?.utilization_percent, 40);
  assert.equal(state.opened, 3);
  assert.equal(stub.started(), 1);
  assert.deepEqual(state.logged, Array(2).fill("Reading 1 of 1 NVIDIA GPUs."));
  await close();
  assert.equal(stub.started(), 0);
});

counterpartTest("one lost card of two does not take the other one's figures", [CC], async () => {
  await using stub = await NvmlStub.compile();
  stub.set("gpus", 2);
  const { state, collect, close } = watch(() => openNvml([stub.path]));
  await collect();
  stub.set("lost_gpu", 0);
  await assert.rejects(collect(), /no longer answers/);
  state.nowMs += 10_000;
  assert.deepEqual((await collect()).gpus.map(({ name }) => name), ["NVIDIA GeForce RTX 4080"]);
  state.nowMs += 60_000;
  await collect();
  stub.set("lost_gpu", -1);
  state.nowMs += 60_000;
  assert.equal((await collect()).gpus.length, 2);
  assert.deepEqual(state.logged, [
    "Reading 2 of 2 NVIDIA GPUs.",
    "Reading 1 of 2 NVIDIA GPUs.",
    "Reading 2 of 2 NVIDIA GPUs.",
  ]);
  await close();
});

Deno.test("a machine without the library has no cards and looks once a minute", async () => {
  const { state, collect, close } = watch(() => openNvml(["/nowhere/libnvidia-ml.so.1"]));
  for (let tick = 0; tick < 240; tick++) {
    assert.deepEqual((await collect()).gpus, []);
    state.nowMs += 500;
  }
  assert.equal(state.opened, 2);
  await close();
});

counterpartTest(
  "a driver that is not running is no error until it has once worked",
  [CC],
  async () => {
    await using stub = await NvmlStub.compile();
    stub.setResult("nvmlInit_v2", 9);
    const { state, collect, close } = watch(() => openNvml([stub.path]));
    assert.deepEqual((await collect()).gpus, []);
    stub.setResult("nvmlInit_v2", 0);
    state.nowMs += 60_000;
    assert.equal((await collect()).gpus.length, 1);
    stub.set("lost", 1);
    stub.setResult("nvmlInit_v2", 9);
    await assert.rejects(collect());
    state.nowMs += 10_000;
    await assert.rejects(collect(), /driver is not running/);
    stub.set("lost", 0);
    stub.setResult("nvmlInit_v2", 0);
    state.nowMs += 10_000;
    assert.equal((await collect()).gpus.length, 1);
    await close();
  },
);

counterpartTest("a driver without any card has no cards and finds a new one", [CC], async () => {
  await using stub = await NvmlStub.compile();
  stub.set("gpus", 0);
  const { state, collect, close } = watch(() => openNvml([stub.path]));
  assert.deepEqual((await collect()).gpus, []);
  assert.equal(stub.started(), 0);
  stub.set("gpus", 1);
  state.nowMs += 60_000;
  assert.equal((await collect()).gpus.length, 1);
  await close();
});

counterpartTest("an updated driver asks for a restart of the PC", [CC], async () => {
  await using stub = await NvmlStub.compile();
  stub.setResult("nvmlInit_v2", 18);
  const { collect, close } = watch(() => openNvml([stub.path]));
  await assert.rejects(collect(), /was updated while it was running: restart the PC/);
  await close();
});

counterpartTest("a hung driver holds one thread and never the event loop", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const { collect, close } = watch(() => openNvml([stub.path]));
  await collect();
  stub.set("blocked", 1);
  const ticks = [collect(), collect(), collect()];
  await until(() => stub.waiting() > 0);
  stub.set("blocked", 0);
  for (const reading of await Promise.all(ticks)) assert.equal(reading.gpus.length, 1);
  assert.equal(stub.calls("nvmlDeviceGetUtilizationRates"), 2);
  await close();
});

counterpartTest("closing while the driver hangs leaves the library to the call", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const { collect, close } = watch(() => openNvml([stub.path]));
  await collect();
  stub.set("blocked", 1);
  const hung = collect();
  await until(() => stub.waiting() === 1);
  await close();
  assert.equal(stub.started(), 1);
  stub.set("blocked", 0);
  await assert.rejects(hung);
  await until(() => stub.started() === 0);
});

counterpartTest("closing while NVML starts up leaves nothing open", [CC], async () => {
  await using stub = await NvmlStub.compile();
  stub.set("blocked", 1);
  const { state, collect, close } = watch(() => openNvml([stub.path]));
  const starting = collect();
  await until(() => stub.waiting() === 1);
  await close();
  stub.set("blocked", 0);
  await assert.rejects(starting);
  await until(() => stub.started() === 0);
  state.nowMs += 60_000;
  assert.deepEqual((await collect()).gpus, []);
  assert.equal(state.opened, 1);
});
