import assert from "node:assert/strict";
import {
  DISCONNECTED_OBS,
  type Gpu,
  type ObsTelemetry,
  type Output,
  type SystemTelemetry,
  UNKNOWN_NETWORK,
  UNKNOWN_SYSTEM,
} from "../../../shared/telemetry.ts";
import { judgeClock } from "../../../sidecar/preflight/machine/clock_offset.ts";
import { judgeGraphics } from "../../../sidecar/preflight/machine/graphics.ts";
import { httpTimeOffset } from "../../../sidecar/preflight/machine/http_time.ts";
import { judgeLoad } from "../../../sidecar/preflight/machine/load.ts";
import { machineChecks } from "../../../sidecar/preflight/machine/machine_checks.ts";
import { measureMachine } from "../../../sidecar/preflight/machine/measure_machine.ts";
import { judgeUploads } from "../../../sidecar/preflight/machine/uploads.ts";
import { context, told } from "../obs/obs_fixture.ts";

const SYSTEM: SystemTelemetry = {
  ...UNKNOWN_SYSTEM,
  cpu_usage_percent: 20,
  memory_used_gb: 8,
  memory_total_gb: 16,
};

const OBS: ObsTelemetry = { ...DISCONNECTED_OBS, connected: true, local: true, target_fps: 60 };

const GPU: Gpu = {
  name: "RTX 4070",
  vendor: "nvidia",
  utilization_percent: 40,
  temperature_celsius: 60,
  vram_used_mb: 4096,
  vram_total_mb: 12288,
  encoder_utilization_percent: 0,
  decoder_utilization_percent: 0,
  power_watts: 100,
  fan_percent: 30,
  clock_mhz: 2000,
  throttle_reasons: [],
  driver_version: "1",
  encoder_sessions: 0,
  encoder_latency_us: null,
};

function load(changes: Partial<SystemTelemetry>, local = true) {
  return judgeLoad({ system: { ...SYSTEM, ...changes }, obs: { ...OBS, local } });
}

Deno.test("a busy processor is a warning, even a full one: it may be for a second", () => {
  const at = (cpu_usage_percent: number | null) => load({ cpu_usage_percent })[0]?.status;
  assert.deepEqual([at(74), at(75), at(100), at(null)], ["pass", "warning", "warning", "skipped"]);
});

Deno.test("memory that is nearly used up is told with what is free", () => {
  const at = (memory_used_gb: number | null) => load({ memory_used_gb })[1];
  assert.deepEqual([8, 14.5, 15.6, null].map((used) => at(used)?.status), [
    "pass",
    "warning",
    "fail",
    "skipped",
  ]);
  assert.equal(at(8)?.seen, "8 of 16 GiB memory of this PC are free.");
});

Deno.test("says that the figures are this PC's where OBS runs on another", () => {
  assert.match(load({}, false)[0]?.seen ?? "", /this PC \(OBS runs on another\)/);
});

function graphics(gpu: Partial<Gpu> | null, obs: Partial<ObsTelemetry> = {}) {
  const system = { ...SYSTEM, gpu: gpu === null ? null : { ...GPU, ...gpu } };
  return judgeGraphics({ system, obs: { ...OBS, ...obs } });
}

Deno.test("passes a card with room, and skips where none tells", () => {
  assert.deepEqual(told(graphics({})), [
    "pass: RTX 4070: 40 % busy, 4 of 12 GiB memory in use.",
  ]);
  assert.equal(graphics(null)[0]?.status, "skipped");
  assert.equal(graphics({}, { local: false })[0]?.status, "skipped");
});

Deno.test("a card, or a card's memory, that is full is a warning", () => {
  assert.match(told(graphics({ utilization_percent: 95 }))[0] ?? "", /^warning: .* 95 % busy/);
  assert.match(told(graphics({ vram_used_mb: 11500 }))[0] ?? "", /^warning: 11.2 of 12 GiB/);
});

Deno.test("heat is a warning, the card's power limit is none", () => {
  const hot = { throttle_reasons: ["power cap", "software thermal slowdown"] };
  assert.deepEqual(told(graphics({ ...hot, temperature_celsius: 88 })), [
    "warning: RTX 4070 is slowed down at 88 °C: software thermal slowdown.",
  ]);
  assert.equal(graphics({ throttle_reasons: ["power cap"] })[0]?.status, "pass");
});

const OUTPUT = { kind: "stream", active: true, bitrate_kbps: 6000 } as Output;

Deno.test("tells an encoder that others use while OBS encodes nothing", () => {
  assert.deepEqual(told(graphics({ encoder_sessions: 1 })), [
    "warning: Other programs have 1 session on RTX 4070's encoder.",
  ]);
  const busy = { encoder_sessions: null, encoder_utilization_percent: 12 };
  assert.match(told(graphics(busy))[0] ?? "", /^warning: Another program uses 12 %/);
  for (const obs of [{ outputs: [OUTPUT] }, { connected: false }, { outputs: null }]) {
    assert.equal(graphics({ encoder_sessions: 1 }, obs)[0]?.status, "pass");
  }
});

Deno.test("rendering that takes most of a frame's time is told", () => {
  const at = (render_time_ms: number) => graphics({}, { render_time_ms })[0]?.status;
  assert.deepEqual([at(12.4), at(12.6), at(17)], ["pass", "warning", "fail"]);
});

function uploads(
  mbps: number | null,
  obs: Partial<ObsTelemetry> = {},
  capacity: number | null = null,
) {
  return judgeUploads({
    network: { ...UNKNOWN_NETWORK, upload_speed_mbps: mbps, upload_capacity_mbps: capacity },
    obs: { ...OBS, ...obs },
  });
}

Deno.test("counts as other uploads what OBS does not send", () => {
  assert.equal(uploads(0.9).status, "pass");
  assert.equal(uploads(3).seen, "Beside OBS, this PC sends 3 Mbit/s.");
  assert.equal(uploads(3).status, "warning");
  assert.equal(uploads(6.5, { outputs: [OUTPUT] }).status, "pass");
  assert.equal(uploads(6.5, { outputs: [OUTPUT], local: false }).status, "warning");
  assert.equal(uploads(6.5, { outputs: [{ ...OUTPUT, bitrate_kbps: null }] }).status, "skipped");
  assert.equal(uploads(null).status, "skipped");
});

Deno.test("a wide uplink may carry a tenth of itself elsewhere", () => {
  assert.equal(uploads(3, {}, 40).status, "pass");
  assert.equal(uploads(5, {}, 40).status, "warning");
});

Deno.test("a clock is judged by what is certain", () => {
  const at = (aheadMs: number, accuracyMs = 600) =>
    judgeClock({ aheadMs, accuracyMs, source: "id.twitch.tv" });
  assert.equal(at(2500).status, "pass");
  assert.equal(at(2700).status, "warning");
  assert.match(at(-90_000).seen, /clock is 90 s ahead, by the clock of id.twitch.tv/);
  assert.match(at(3_600_000).seen, /clock is 60 min behind.* Secure connections/);
  assert.equal(at(3_600_000).status, "fail");
  assert.equal(judgeClock(null).status, "skipped");
  assert.equal(at(NaN).status, "skipped");
});

Deno.test("compares with the Date of an HTTP answer, half the way back", async () => {
  let now = Date.parse("2026-11-22T20:00:00Z");
  const { signal } = context();
  const ask = (headers: Record<string, string>) =>
    httpTimeOffset("https://example.com/x", {
      signal,
      now: () => now,
      fetch: (_, init) => {
        assert.equal(init?.method, "HEAD");
        assert.equal(init?.redirect, "manual");
        now += 200;
        return Promise.resolve(new Response(null, { headers }));
      },
    });
  assert.deepEqual(await ask({ date: "Sun, 22 Nov 2026 20:00:05 GMT" }), {
    aheadMs: 5400,
    accuracyMs: 600,
    source: "example.com",
  });
  assert.equal(await ask({}), null);
  assert.equal(await ask({ date: "soon" }), null);
});

Deno.test("measures the machine twice, and leaves out what fails", async () => {
  let reads = 0;
  const paused: number[] = [];
  const figures = await measureMachine(context().signal, {
    collectors: {
      system: {
        name: "system",
        collect: () => Promise.resolve({ ...SYSTEM, cpu_usage_percent: 10 * ++reads }),
      },
      network: { name: "network", collect: () => Promise.reject(new Error("no")) },
      gpu: {
        name: "gpu",
        collect: () =>
          Promise.resolve({ gpus: [GPU], encodingIndex: null, obsEncoderLatencyUs: null }),
      },
    },
    obs: OBS,
    pause: (ms) => {
      paused.push(ms);
      return Promise.resolve();
    },
  });
  assert.equal(figures.system.cpu_usage_percent, 20);
  assert.equal(figures.system.gpu?.name, "RTX 4070");
  assert.equal(figures.network.upload_speed_mbps, null);
  assert.equal(figures.obs, OBS);
  assert.deepEqual(paused, [1000]);
});

Deno.test("measures once a run, and skips with the reason what cannot be read", async () => {
  let measured = 0;
  const checks = machineChecks({
    measure: () => {
      measured++;
      throw new Error("no figures\u202e today");
    },
    remoteTime: () => Promise.reject(new Error("offline")),
    os: "darwin",
    libc: null,
  });
  const seen = new Map<string, string[]>();
  for (const check of checks) seen.set(check.id, told(await check.run(context())));
  assert.equal(measured, 1);
  for (const check of checks) assert.equal(check.lateStatus, "skipped", check.id);
  assert.deepEqual(Object.fromEntries(seen), {
    "machine.load": ["skipped: This could not be read: no figures today"],
    "machine.graphics": ["skipped: This could not be read: no figures today"],
    "machine.power": ["skipped: This could not be read: how macOS saves power is not looked at"],
    "machine.link": ["skipped: This could not be read: whether macOS uses Wi-Fi is not looked at"],
    "machine.uploads": ["skipped: This could not be read: no figures today"],
    "machine.clock": ["skipped: This could not be read: offline"],
  });
});
