import assert from "node:assert/strict";
import * as v from "valibot";
import { GpuSchema } from "../../shared/telemetry.ts";
import { createAmdGpuSource } from "../../sidecar/collectors/gpu_amd_linux.ts";
import type { GpuSource } from "../../sidecar/collectors/gpu_source.ts";

const CARD = {
  "vendor": "0x1002\n",
  "device": "0x73bf\n",
  "revision": "0xc1\n",
  "gpu_busy_percent": "37\n",
  "mem_info_vram_used": "3221225472\n",
  "mem_info_vram_total": "17163091968\n",
  "power/runtime_status": "active\n",
  "hwmon/hwmon4/temp1_input": "54000\n",
  "hwmon/hwmon4/power1_average": "187000000\n",
  "hwmon/hwmon4/fan1_input": "1650\n",
  "hwmon/hwmon4/fan1_max": "3300\n",
  "hwmon/hwmon4/freq1_input": "2480000000\n",
};

/** A made-up /sys and /usr, with a clock that the test moves. */
class FakeMachine {
  nowMs = 1_000;
  /** Texts by path. */
  readonly files = new Map<string, string>();
  readonly source: GpuSource = createAmdGpuSource({
    clock: { now: () => 0, monotonic: () => this.nowMs },
    libc: {
      exists: (path) => this.files.has(path) || this.#inside(path).length > 0,
      readTextBeside: (path) => {
        const text = this.files.get(path);
        return text === undefined ? Promise.reject(new Error("missing")) : Promise.resolve(text);
      },
    },
  });

  addCard(name: string, files: Record<string, string>): void {
    for (const [file, text] of Object.entries(files)) {
      this.files.set(`/sys/class/drm/${name}/device/${file}`, text);
    }
  }

  removeCard(name: string): void {
    for (const path of this.#inside(`/sys/class/drm/${name}`)) this.files.delete(path);
  }

  #inside(folder: string): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`));
  }
}

Deno.test("reads an AMD card with its name", async () => {
  const machine = new FakeMachine();
  machine.addCard("card1", CARD);
  machine.files.set("/usr/share/libdrm/amdgpu.ids", "73BF,\tC1,\tAMD Radeon RX 6800 XT\n");
  machine.files.set("/sys/module/amdgpu/version", "6.8.5\n");
  const reading = await machine.source.read();
  assert.equal(reading.encodingIndex, null);
  assert.deepEqual(reading.gpus, [{
    name: "AMD Radeon RX 6800 XT",
    vendor: "amd",
    utilization_percent: 37,
    temperature_celsius: 54,
    vram_used_mb: 3072,
    vram_total_mb: 16368,
    power_watts: 187,
    fan_percent: 50,
    clock_mhz: 2480,
    encoder_utilization_percent: null,
    decoder_utilization_percent: null,
    throttle_reasons: null,
    driver_version: "6.8.5",
    encoder_sessions: null,
    encoder_latency_us: null,
  }]);
  assert.ok(v.is(GpuSchema, reading.gpus[0]));
});

Deno.test("finds AMD's cards only, in the kernel's order", async () => {
  const machine = new FakeMachine();
  machine.addCard("card10", { ...CARD, device: "0x0010" });
  machine.addCard("card2", { ...CARD, device: "0x0002" });
  machine.addCard("card0", { ...CARD, vendor: "0x10de" });
  machine.addCard("card2-DP-1", CARD);
  machine.addCard("renderD128", CARD);
  const { gpus } = await machine.source.read();
  assert.deepEqual(gpus.map(({ name }) => name), ["AMD GPU 0x0002", "AMD GPU 0x0010"]);
});

Deno.test("has no cards on a machine without the folder", async () => {
  const machine = new FakeMachine();
  assert.deepEqual((await machine.source.read()).gpus, []);
});

Deno.test("knows what a card without sensors tells, and no more", async () => {
  const machine = new FakeMachine();
  machine.addCard("card0", { vendor: "0x1002\n", gpu_busy_percent: "5\n" });
  const [gpu] = (await machine.source.read()).gpus;
  assert.equal(gpu?.name, "AMD GPU");
  assert.equal(gpu?.utilization_percent, 5);
  assert.equal(gpu?.temperature_celsius, null);
  assert.ok(v.is(GpuSchema, gpu));
});

Deno.test("reads load every time and the rest about once a second", async () => {
  const machine = new FakeMachine();
  machine.addCard("card0", CARD);
  await machine.source.read();
  machine.addCard("card0", {
    gpu_busy_percent: "90\n",
    "hwmon/hwmon4/temp1_input": "70000\n",
  });
  machine.nowMs += 500;
  const [soon] = (await machine.source.read()).gpus;
  assert.deepEqual([soon?.utilization_percent, soon?.temperature_celsius], [90, 54]);
  machine.nowMs += 500;
  const [later] = (await machine.source.read()).gpus;
  assert.deepEqual([later?.utilization_percent, later?.temperature_celsius], [90, 70]);
});

Deno.test("leaves a sleeping card alone and reads it anew when it wakes", async () => {
  const machine = new FakeMachine();
  machine.addCard("card0", CARD);
  await machine.source.read();
  machine.addCard("card0", {
    "power/runtime_status": "suspended\n",
    "hwmon/hwmon4/temp1_input": "31000\n",
  });
  const [asleep] = (await machine.source.read()).gpus;
  assert.equal(asleep?.name, "AMD GPU 0x73bf");
  assert.deepEqual([asleep?.utilization_percent, asleep?.temperature_celsius], [null, null]);
  machine.addCard("card0", { "power/runtime_status": "active\n" });
  const [awake] = (await machine.source.read()).gpus;
  assert.deepEqual([awake?.utilization_percent, awake?.temperature_celsius], [37, 31]);
});

Deno.test("notices a card that comes and one that goes within a minute", async () => {
  const machine = new FakeMachine();
  assert.equal((await machine.source.read()).gpus.length, 0);
  machine.addCard("card0", CARD);
  machine.nowMs += 60_000;
  assert.equal((await machine.source.read()).gpus.length, 1);
  machine.removeCard("card0");
  const [gone] = (await machine.source.read()).gpus;
  assert.equal(gone?.utilization_percent, null);
  machine.nowMs += 60_000;
  assert.equal((await machine.source.read()).gpus.length, 0);
});
