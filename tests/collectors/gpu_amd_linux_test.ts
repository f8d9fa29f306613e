import assert from "node:assert/strict";
import * as v from "valibot";
import { GpuSchema } from "../../shared/telemetry.ts";
import { createAmdGpuSource } from "../../sidecar/collectors/gpu_amd_linux.ts";
import type { GpuSource } from "../../sidecar/collectors/gpu.ts";

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
class FakeMachine implements AsyncDisposable {
  nowMs = 1_000;
  readonly root = Deno.makeTempDirSync();
  readonly source: GpuSource = createAmdGpuSource({
    clock: { now: () => 0, monotonic: () => this.nowMs },
    root: this.root,
  });

  async write(path: string, text: string): Promise<void> {
    const full = `${this.root}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, text);
  }

  async addCard(name: string, files: Record<string, string>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await this.write(`sys/class/drm/${name}/device/${file}`, text);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

Deno.test("reads an AMD card with its name", async () => {
  await using machine = new FakeMachine();
  await machine.addCard("card1", CARD);
  await machine.write("usr/share/libdrm/amdgpu.ids", "73BF,\tC1,\tAMD Radeon RX 6800 XT\n");
  await machine.write("sys/module/amdgpu/version", "6.8.5\n");
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
  await using machine = new FakeMachine();
  await machine.addCard("card10", { ...CARD, device: "0x0010" });
  await machine.addCard("card2", { ...CARD, device: "0x0002" });
  await machine.addCard("card0", { ...CARD, vendor: "0x10de" });
  await machine.addCard("card2-DP-1", CARD);
  await machine.addCard("renderD128", CARD);
  const { gpus } = await machine.source.read();
  assert.deepEqual(gpus.map(({ name }) => name), ["AMD GPU 0x0002", "AMD GPU 0x0010"]);
});

Deno.test("has no cards on a machine without the folder", async () => {
  await using machine = new FakeMachine();
  assert.deepEqual((await machine.source.read()).gpus, []);
});

Deno.test("knows what a card without sensors tells, and no more", async () => {
  await using machine = new FakeMachine();
  await machine.addCard("card0", { vendor: "0x1002\n", gpu_busy_percent: "5\n" });
  const [gpu] = (await machine.source.read()).gpus;
  assert.equal(gpu?.name, "AMD GPU");
  assert.equal(gpu?.utilization_percent, 5);
  assert.equal(gpu?.temperature_celsius, null);
  assert.ok(v.is(GpuSchema, gpu));
});

Deno.test("reads load every time and the rest about once a second", async () => {
  await using machine = new FakeMachine();
  await machine.addCard("card0", CARD);
  await machine.source.read();
  await machine.addCard("card0", {
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
  await using machine = new FakeMachine();
  await machine.addCard("card0", CARD);
  await machine.source.read();
  await machine.addCard("card0", {
    "power/runtime_status": "suspended\n",
    "hwmon/hwmon4/temp1_input": "31000\n",
  });
  const [asleep] = (await machine.source.read()).gpus;
  assert.equal(asleep?.name, "AMD GPU 0x73bf");
  assert.deepEqual([asleep?.utilization_percent, asleep?.temperature_celsius], [null, null]);
  await machine.addCard("card0", { "power/runtime_status": "active\n" });
  const [awake] = (await machine.source.read()).gpus;
  assert.deepEqual([awake?.utilization_percent, awake?.temperature_celsius], [37, 31]);
});

Deno.test("notices a card that comes and one that goes within a minute", async () => {
  await using machine = new FakeMachine();
  assert.equal((await machine.source.read()).gpus.length, 0);
  await machine.addCard("card0", CARD);
  machine.nowMs += 60_000;
  assert.equal((await machine.source.read()).gpus.length, 1);
  await Deno.remove(`${machine.root}/sys/class/drm/card0`, { recursive: true });
  const [gone] = (await machine.source.read()).gpus;
  assert.equal(gone?.utilization_percent, null);
  machine.nowMs += 60_000;
  assert.equal((await machine.source.read()).gpus.length, 0);
});
