import assert from "node:assert/strict";
import { openNvml } from "../../sidecar/nvml/nvml.ts";
import type { Nvml } from "../../sidecar/nvml/nvml.ts";
import { NvmlError } from "../../sidecar/nvml/nvml_error.ts";
import { CC, counterpartTest } from "../counterparts.ts";
import { NvmlStub } from "../peers/nvml_stub.ts";

function open(stub: NvmlStub): Nvml {
  const nvml = openNvml([stub.path]);
  assert.ok(nvml);
  return nvml;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < deadline, "the condition was never met");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

Deno.test("gives no library where none can be loaded", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/broken.so`, "not a library");
    assert.equal(openNvml([`${folder}/absent.so`, `${folder}/broken.so`]), null);
    assert.equal(openNvml([]), null);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

counterpartTest("opens the next library when the first cannot be loaded", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const nvml = openNvml(["/nowhere/libnvidia-ml.so.1", stub.path]);
  assert.ok(nvml);
  await nvml.start();
  assert.equal(await nvml.driverVersion(), "560.94");
  await nvml.close();
  assert.equal(stub.started(), 0);
});

counterpartTest("opens no library and does not prompt without the grant", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const module = new URL("../../sidecar/nvml/nvml.ts", import.meta.url).href;
  const code = `import { openNvml } from ${JSON.stringify(module)};
    console.log(openNvml(Deno.args) === null);`;
  const script = `${stub.path}.ts`;
  await Deno.writeTextFile(script, code);
  const run = async (grant: string) => {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-lock", grant, script, stub.path],
      stdin: "null",
    }).output();
    return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
  };
  assert.equal(await run("--allow-ffi=/nowhere/else.so"), "true");
  assert.equal(await run(`--allow-ffi=${stub.path}`), "false");
});

counterpartTest("reads every figure of a card under a scoped grant", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const module = new URL("../../sidecar/nvml/nvml.ts", import.meta.url).href;
  const code = `import { openNvml } from ${JSON.stringify(module)};
    const nvml = openNvml(Deno.args);
    await nvml.start();
    const card = await nvml.device(0);
    console.log(await card.name(), await card.powerWatts(), (await card.encoderSessions()).length);
    await nvml.close();`;
  const script = `${stub.path}.ts`;
  await Deno.writeTextFile(script, code);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--no-prompt", `--allow-ffi=${stub.path}`, script, stub.path],
  }).output();
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(output.trim(), "NVIDIA GeForce RTX 4070 123.456 0");
});

counterpartTest("says what to do when the driver does not start", [CC], async () => {
  await using stub = await NvmlStub.compile();
  stub.setResult("nvmlInit_v2", 18);
  const nvml = open(stub);
  await assert.rejects(nvml.start(), (error: unknown) => {
    assert.ok(error instanceof NvmlError);
    assert.equal(error.code, 18);
    assert.match(error.message, /restart the PC \(nvmlInit_v2 returned 18\)$/);
    return true;
  });
  await nvml.close();
});

counterpartTest("an unsupported figure is null and no other", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const nvml = open(stub);
  await nvml.start();
  const card = await nvml.device(0);
  const figures: [string, () => Promise<unknown>][] = [
    ["nvmlDeviceGetUtilizationRates", () => card.utilizationPercent()],
    ["nvmlDeviceGetEncoderUtilization", () => card.encoderPercent()],
    ["nvmlDeviceGetDecoderUtilization", () => card.decoderPercent()],
    ["nvmlDeviceGetMemoryInfo", () => card.memoryBytes()],
    ["nvmlDeviceGetPowerUsage", () => card.powerWatts()],
    ["nvmlDeviceGetFanSpeed", () => card.fanPercent()],
    ["nvmlDeviceGetClockInfo", () => card.graphicsClockMhz()],
    ["nvmlDeviceGetEncoderStats", () => card.encoderStats()],
    ["nvmlDeviceGetEncoderSessions", () => card.encoderSessions()],
    ["nvmlDeviceGetName", () => card.name()],
  ];
  for (const [unsupported] of figures) {
    stub.setResult(unsupported, 3);
    for (const [name, read] of figures) {
      assert.equal(await read() === null, name === unsupported, `${name}, no ${unsupported}`);
    }
    stub.setResult(unsupported, 0);
  }
  await nvml.close();
});

counterpartTest("reads the temperature the old way where the new one fails", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const nvml = open(stub);
  await nvml.start();
  const card = await nvml.device(0);
  stub.set("celsius", -7);
  assert.equal(await card.temperatureCelsius(), -7);
  assert.equal(stub.calls("nvmlDeviceGetTemperature"), 0);
  stub.set("celsius", 61);
  stub.setResult("nvmlDeviceGetTemperatureV", 25);
  assert.equal(await card.temperatureCelsius(), 62);
  await nvml.close();
});

counterpartTest("lives with a driver that lacks the newer functions", [CC], async () => {
  await using stub = await NvmlStub.compile({
    without: [
      "nvmlDeviceGetTemperatureV",
      "nvmlDeviceGetCurrentClocksEventReasons",
      "nvmlDeviceGetEncoderSessions",
      "nvmlDeviceGetFanSpeed",
    ],
  });
  stub.set("reasons", 4);
  const nvml = open(stub);
  await nvml.start();
  const card = await nvml.device(0);
  assert.equal(await card.temperatureCelsius(), 62);
  assert.equal(await card.throttleReasons(), 4n);
  assert.equal(await card.encoderSessions(), null);
  assert.equal(await card.fanPercent(), null);
  assert.equal(await card.powerWatts(), 123.456);
  await nvml.close();
});

counterpartTest("makes room once when there are many encoder sessions", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const nvml = open(stub);
  await nvml.start();
  const card = await nvml.device(0);
  const sessions = Array.from({ length: 100 }, (_, index) => ({
    pid: 1000 + index,
    latencyUs: index,
  }));
  stub.setSessions(sessions);
  assert.deepEqual(await card.encoderSessions(), sessions);
  assert.equal(stub.calls("nvmlDeviceGetEncoderSessions"), 2);
  stub.setSessions(Array.from({ length: 599 }, () => ({ pid: 1, latencyUs: 1 })));
  assert.equal(await card.encoderSessions(), null);
  assert.equal(stub.calls("nvmlDeviceGetEncoderSessions"), 4);
  await nvml.close();
});

counterpartTest("a lost card is an error of every figure", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const nvml = open(stub);
  await nvml.start();
  const card = await nvml.device(0);
  stub.set("lost", 1);
  const lost = (error: unknown) => error instanceof NvmlError && error.code === 15;
  await assert.rejects(card.fanPercent(), lost);
  await assert.rejects(card.throttleReasons(), lost);
  await assert.rejects(card.encoderSessions(), lost);
  await assert.rejects(nvml.device(0), lost);
  await nvml.close();
});

counterpartTest("keeps the library until a hung call has returned", [CC], async () => {
  await using stub = await NvmlStub.compile();
  const nvml = open(stub);
  await nvml.start();
  const card = await nvml.device(0);
  stub.set("blocked", 1);
  const hung = card.fanPercent();
  await until(() => stub.waiting() === 1);
  let closed = false;
  const closing = nvml.close().then(() => closed = true);
  await assert.rejects(card.powerWatts(), NvmlError);
  assert.equal(stub.calls("nvmlDeviceGetPowerUsage"), 0);
  assert.equal(closed, false);
  assert.equal(stub.started(), 1);
  stub.set("blocked", 0);
  assert.equal(await hung, 55);
  await closing;
  assert.equal(stub.started(), 0);
});
