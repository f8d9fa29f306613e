import assert from "node:assert/strict";
import { mergeReadings } from "../../sidecar/collectors/gpu.ts";
import { NO_GPUS } from "../../sidecar/collectors/gpu_source.ts";
import { createWindowsGpuSource } from "../../sidecar/collectors/gpu_windows.ts";
import {
  parseAdapterLuid,
  parseEngineName,
  sumByAdapter,
  sumEngines,
} from "../../sidecar/collectors/gpu_windows_figures.ts";
import { parseCounterArray } from "../../sidecar/win32/counter_array.ts";
import {
  parseAdapterName,
  parseTemperature,
  vendorNamed,
} from "../../sidecar/win32/display_adapter.ts";
import { wideString } from "../../sidecar/win32/kernel32.ts";

const CARD = "luid_0x00000000_0x0000D1B4_phys_0";

Deno.test("names of engines are read as drivers write them", () => {
  assert.deepEqual(parseEngineName(`pid_4321_${CARD}_eng_10_engtype_VideoEncode`), {
    pid: 4321,
    luid: 0xd1b4n,
    engine: "0.10",
    type: "VideoEncode",
  });
  const types = ["3D", "Compute_0", "Video Codec 0", "High Priority 3D", "", "Copy"];
  assert.deepEqual(
    types.map((type) => parseEngineName(`pid_4_${CARD}_eng_0_engtype_${type}`)?.type),
    ["3D", "Compute", "VideoCodec", "HighPriority3D", "", "Copy"],
  );
  assert.equal(parseEngineName("pid_4_luid_0x1_0x2_PHYS_1_ENG_3_engtype_3D")?.luid, 0x100000002n);
  for (const wrong of ["", "_Total", `${CARD}`, "pid_x_luid_0x0_0x1_phys_0_eng_0_engtype_3D"]) {
    assert.equal(parseEngineName(wrong), null);
  }
});

Deno.test("names of adapters are read with and without what follows", () => {
  assert.equal(parseAdapterLuid(CARD), 0xd1b4n);
  assert.equal(parseAdapterLuid("luid_0x00000001_0x0000ffff"), 0x10000ffffn);
  assert.equal(parseAdapterLuid("_Total"), null);
});

Deno.test("an adapter's load is its busiest engine's, summed over all processes", () => {
  const value = (pid: number, rest: string, value: number) => ({
    instance: `pid_${pid}_${CARD}_${rest}`,
    value,
  });
  const { adapters, encoders } = sumEngines([
    value(1, "eng_0_engtype_3D", 30),
    value(2, "eng_0_engtype_3D", 20),
    value(1, "eng_1_engtype_3D", 45),
    value(1, "eng_2_engtype_Video Codec 0", 80),
    value(3, "eng_2_engtype_Video Codec 0", 30),
    value(1, "eng_3_engtype_VideoDecode", 12),
    value(1, "eng_4_engtype_Copy", 99),
  ]);
  assert.deepEqual([...adapters], [[0xd1b4n, { graphics: 50, encode: 100, decode: 100 }]]);
  assert.deepEqual(encoders.map(({ pid }) => pid), [1, 3]);
});

Deno.test("cards that work as one have their memory summed", () => {
  const values = [0, 1].map((card) => ({
    instance: `luid_0x00000000_0x0000D1B4_phys_${card}`,
    value: 100,
  }));
  assert.deepEqual([...sumByAdapter(values)], [[0xd1b4n, 200]]);
});

Deno.test("PDH's array is read, whatever is wrong in it", () => {
  const address = 0x7ff0_0000_1000n;
  const names = ["a", "zero", "invalid", "not a number", "far"];
  const bytes = new Uint8Array(5 * 24 + 200);
  const view = new DataView(bytes.buffer);
  let at = 5 * 24;
  names.forEach((name, i) => {
    view.setBigUint64(i * 24, name === "far" ? 5n : address + BigInt(at), true);
    view.setUint32(i * 24 + 8, name === "invalid" ? 0xc0000bba : 0, true);
    const value = name === "zero" ? 0 : name === "not a number" ? NaN : 1.5;
    view.setFloat64(i * 24 + 16, value, true);
    bytes.set(wideString(name), at);
    at += (name.length + 1) * 2;
  });
  assert.deepEqual(parseCounterArray(bytes, { address, count: 5 }), [
    { instance: "a", value: 1.5 },
    { instance: "zero", value: 0 },
  ]);
  assert.deepEqual(parseCounterArray(bytes, { address, count: 9999, withoutZeros: true }), [
    { instance: "a", value: 1.5 },
  ]);
  assert.deepEqual(parseCounterArray(new Uint8Array(7), { address, count: 3 }), []);
});

Deno.test("an adapter's name, vendor and temperature are read", () => {
  const name = new Uint8Array(2080);
  name.set(wideString("AMD Radeon(TM) Graphics"));
  assert.equal(parseAdapterName(name), "AMD Radeon(TM) Graphics");
  assert.equal(parseAdapterName(new Uint8Array(2080)), null);
  const sensors = new Uint8Array(64);
  assert.equal(parseTemperature(sensors), null);
  new DataView(sensors.buffer).setUint32(56, 615, true);
  assert.equal(parseTemperature(sensors), 61.5);
  assert.deepEqual(
    ["NVIDIA GeForce RTX 4070", "Intel(R) Arc(TM)", "Radeon RX 580", "Parallels", null]
      .map(vendorNamed),
    ["nvidia", "intel", "amd", null, null],
  );
});

/** A source whose counters a test sets. */
function rig() {
  const state = { now: 0, collections: 0, failing: false, asked: [] as number[] };
  const source = createWindowsGpuSource({
    open: () => ({
      counters: {
        collect() {
          state.collections++;
          return state.failing ? Promise.reject(new Error("refused")) : Promise.resolve();
        },
        values: (path) =>
          path.startsWith("\\GPU Engine")
            ? [{ instance: `pid_7_${CARD}_eng_0_engtype_VideoEncode`, value: 9 }]
            : [{ instance: CARD, value: 2 ** 30 }],
        close() {},
      },
      adapters: {
        facts: () => ({ name: "Card", vendor: "nvidia", memoryBytes: null, isSoftware: false }),
        temperatureCelsius: () => null,
        close() {},
      },
      close() {},
    }),
    isObsProcess: (pid) => state.asked.push(pid) > 0,
    clock: { now: () => state.now, monotonic: () => state.now },
  });
  return { state, source };
}

Deno.test("counters are read every two seconds, and OBS is looked up once", async () => {
  const { state, source } = rig();
  for (; state.now < 8000; state.now += 500) await source.read();
  assert.equal(state.collections, 4);
  assert.deepEqual(state.asked, [7]);
});

Deno.test("counters that fail are an error until they answer again", async () => {
  const { state, source } = rig();
  state.failing = true;
  await assert.rejects(source.read(), /refused/);
  state.now += 500;
  await assert.rejects(source.read(), /refused/);
  assert.equal(state.collections, 1);
  state.failing = false;
  state.now += 2000;
  assert.equal((await source.read()).encodingIndex, 0);
});

Deno.test("a card that its vendor's library reads is not shown a second time", async () => {
  const { gpus: [card] } = await rig().source.read();
  assert.ok(card !== undefined);
  const intel = { ...card, name: "Chip", vendor: "intel" };
  const nvml = { ...NO_GPUS, gpus: [{ ...card, name: "By NVML" }] };
  const counters = { ...NO_GPUS, gpus: [card, intel], encodingIndex: 1 };
  const merged = mergeReadings([nvml, counters]);
  assert.deepEqual(merged.gpus.map(({ name }) => name), ["By NVML", "Chip"]);
  assert.equal(merged.encodingIndex, 1);
  assert.equal(mergeReadings([nvml, { ...counters, encodingIndex: 0 }]).encodingIndex, null);
  assert.equal(mergeReadings([NO_GPUS, counters]).gpus.length, 2);
});
