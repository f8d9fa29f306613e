import assert from "node:assert/strict";
import { DISCONNECTED_OBS, type Telemetry, UNKNOWN_NETWORK } from "../shared/telemetry.ts";
import type { CollectorName } from "../shared/collector_names.ts";
import type { Collectors, ObsReading, Readings } from "../sidecar/collectors/collector.ts";
import { NO_GPUS } from "../sidecar/collectors/gpu_source.ts";
import { Judge } from "../sidecar/health/judge.ts";
import { Pipeline, type PipelineOptions } from "../sidecar/pipeline.ts";
import type { Sink, Snapshot } from "../sidecar/sinks/sink.ts";
import { FakeTime, settle } from "./fake_time.ts";
import { keptLog } from "./log_lines.ts";

const TICK_MS = 500;

const LIVE_OBS: ObsReading = {
  ...DISCONNECTED_OBS,
  connected: true,
  streaming: true,
  active_fps: 60,
  local: true,
  recordBytesPerSecond: 1024 ** 2,
  recordDiskFreeBytes: null,
};

const READINGS: Readings = {
  obs: LIVE_OBS,
  system: {
    cpu_usage_percent: 12.34567,
    memory_used_gb: 8,
    memory_total_gb: 16,
    disk_free_gb: 100,
  },
  network: UNKNOWN_NETWORK,
  gpu: NO_GPUS,
};

/** What a collector does when it is asked. */
type Collect<T> = (signal: AbortSignal) => Promise<T>;

/** A pipeline on fake time, with collectors that the test replaces at will. */
class Rig implements AsyncDisposable {
  readonly time = new FakeTime().install();
  readonly calls: { name: CollectorName; atMs: number }[] = [];
  readonly closed: string[] = [];
  readonly published: { atMs: number; telemetry: Telemetry; json: string }[] = [];
  readonly lines: string[];
  readonly collect: { [N in CollectorName]: Collect<Readings[N]> } = {
    obs: () => Promise.resolve(READINGS.obs),
    system: () => Promise.resolve(READINGS.system),
    network: () => Promise.resolve(READINGS.network),
    gpu: () => Promise.resolve(READINGS.gpu),
  };
  readonly pipeline: Pipeline;
  #stopped = false;

  constructor(options: Partial<PipelineOptions> & { more?: Sink[] } = {}) {
    const { log, lines } = keptLog();
    this.lines = lines;
    const collector = <N extends CollectorName>(name: N) => ({
      name,
      collect: (signal: AbortSignal) => {
        this.calls.push({ name, atMs: this.time.monotonic() });
        return this.collect[name](signal);
      },
      close: () => void this.closed.push(name),
    });
    const collectors: Collectors = {
      obs: collector("obs"),
      system: collector("system"),
      network: collector("network"),
      gpu: collector("gpu"),
    };
    const record: Sink = {
      name: "record",
      write: ({ telemetry, json }: Snapshot) => {
        this.published.push({
          atMs: this.time.monotonic(),
          telemetry,
          json: new TextDecoder().decode(json),
        });
      },
      close: () => void this.closed.push("record"),
    };
    this.pipeline = new Pipeline({
      collectors,
      judge: new Judge({ rules: [], clock: this.time }),
      sinks: [...options.more ?? [], record],
      clock: this.time,
      log,
      tickMs: TICK_MS,
      lastSequence: 0,
      notices: () => [],
      ...options,
    });
  }

  /** The last snapshot. */
  get last(): Telemetry {
    const last = this.published.at(-1)?.telemetry;
    assert.ok(last, "nothing was published");
    return last;
  }

  /** When snapshots were published, from a moment on. */
  times(fromMs = 0): number[] {
    return this.published.map(({ atMs }) => atMs).filter((atMs) => atMs >= fromMs);
  }

  /** Starts the pipeline; a hung collector is waited for as long as the pipeline waits. */
  async start(): Promise<void> {
    const started = this.pipeline.start();
    await this.time.pass(0);
    await started;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const stopped = this.pipeline.stop();
    let isStopped = false;
    void stopped.then(() => isStopped = true);
    for (let step = 0; step < 100 && !isStopped; step++) await this.time.pass(50);
    await stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#stopped) await this.stop();
    this.time[Symbol.dispose]();
  }
}

Deno.test("publishes a first snapshot at the start and one every tick", async () => {
  await using rig = new Rig();
  await rig.start();
  assert.deepEqual(rig.times(), [0]);
  await rig.time.pass(2000);
  assert.deepEqual(rig.times(), [0, 500, 1000, 1500, 2000]);
  assert.deepEqual(rig.published.map(({ telemetry }) => telemetry.sequence), [1, 2, 3, 4, 5]);
});

Deno.test("goes on counting where the last file stopped", async () => {
  await using rig = new Rig({ lastSequence: 41 });
  await rig.start();
  assert.equal(rig.last.sequence, 42);
});

Deno.test("stamps a snapshot with its version and the time", async () => {
  await using rig = new Rig();
  await rig.start();
  assert.equal(rig.last.version, "1.1.0");
  assert.equal(rig.last.written_at_ms, rig.time.now());
  assert.equal(rig.last.timestamp, Math.floor(rig.time.now() / 1000));
});

Deno.test("keeps its order when the wall clock jumps an hour either way", async () => {
  await using rig = new Rig();
  await rig.start();
  rig.time.jump(3_600_000);
  await rig.time.pass(500);
  rig.time.jump(-7_200_000);
  await rig.time.pass(500);
  assert.deepEqual(rig.times(), [0, 500, 1000]);
  assert.deepEqual(rig.published.map(({ telemetry }) => telemetry.sequence), [1, 2, 3]);
});

Deno.test("keeps its rhythm while collectors take their time", async () => {
  await using rig = new Rig();
  rig.collect.system = async () => {
    await new Promise((resolve) => setTimeout(resolve, 130));
    return READINGS.system;
  };
  const started = rig.pipeline.start();
  await rig.time.pass(2200);
  await started;
  assert.deepEqual(rig.times(), [130, 630, 1130, 1630, 2130]);
});

Deno.test("delays no tick for a hung collector, which loses its own figures only", async () => {
  await using rig = new Rig();
  await rig.start();
  let aborted = false;
  rig.collect.system = (signal) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        aborted = true;
        reject(new Error("aborted"));
      });
    });
  await rig.time.pass(5000);
  const gaps = rig.times().map((atMs, index, all) => atMs - (all[index - 1] ?? 0)).slice(1);
  assert.ok(gaps.every((gap) => gap <= 700), `gaps of ${gaps}`);
  // The first tick waits for 200 ms, the others find it still under way.
  assert.deepEqual(rig.times(500).slice(0, 4), [700, 1000, 1500, 2000]);
  assert.equal(
    rig.calls.filter(({ name, atMs }) => name === "system" && atMs > 0).length > 0,
    true,
  );
  const early = rig.published.find(({ atMs }) => atMs === 2000)?.telemetry;
  assert.equal(early?.system.cpu_usage_percent, 12.34567, "shown until it is 2 s old");
  assert.equal(rig.last.system.cpu_usage_percent, null);
  assert.equal(rig.last.health.collectors.system.ok, false);
  assert.equal(rig.last.obs.active_fps, 60);
  assert.equal(rig.last.health.collectors.obs.ok, true);
  assert.ok(aborted);
});

Deno.test("takes the first snapshot without a collector that hangs from the start", async () => {
  await using rig = new Rig();
  rig.collect.gpu = () => new Promise(() => {});
  const started = rig.pipeline.start();
  await rig.time.pass(200);
  await started;
  assert.deepEqual(rig.times(), [200]);
  assert.equal(rig.last.system.gpu, null);
  assert.equal(rig.last.obs.connected, true);
});

Deno.test("bears collectors that throw, each losing its own figures only", async () => {
  await using rig = new Rig();
  rig.collect.network = () => {
    throw new Error("No network. Plug it in.");
  };
  rig.collect.gpu = () => Promise.reject(new Error("The card fell out."));
  await rig.start();
  await rig.time.pass(1000);
  assert.deepEqual(rig.times(), [0, 500, 1000]);
  assert.deepEqual(rig.last.network, UNKNOWN_NETWORK);
  assert.deepEqual([rig.last.system.gpu, rig.last.system.gpus], [null, null]);
  assert.equal(rig.last.health.collectors.network.error, "No network. Plug it in.");
  assert.equal(rig.last.health.collectors.gpu.error, "The card fell out.");
  assert.equal(rig.last.system.memory_total_gb, 16);
});

Deno.test("takes an extra snapshot at once, asking OBS alone, and keeps the rhythm", async () => {
  await using rig = new Rig();
  await rig.start();
  await rig.time.pass(200);
  rig.calls.length = 0;
  rig.pipeline.trigger();
  await rig.time.pass(0);
  assert.deepEqual(rig.times(), [0, 200]);
  assert.deepEqual(rig.calls.map(({ name }) => name), ["obs"]);
  await rig.time.pass(800);
  assert.deepEqual(rig.times(), [0, 200, 500, 1000]);
});

Deno.test("makes one snapshot of a storm of events, and the next no sooner than 20 ms later", async () => {
  await using rig = new Rig();
  await rig.start();
  await rig.time.pass(100);
  for (let event = 0; event < 100; event++) rig.pipeline.trigger();
  await rig.time.pass(0);
  for (let event = 0; event < 100; event++) rig.pipeline.trigger();
  await rig.time.pass(100);
  assert.deepEqual(rig.times(), [0, 100, 120]);
});

Deno.test("takes an extra snapshot after the tick that an event falls into", async () => {
  await using rig = new Rig();
  await rig.start();
  let answer = (_reading: ObsReading) => {};
  rig.collect.obs = () => new Promise((resolve) => answer = resolve);
  await rig.time.pass(500);
  rig.pipeline.trigger();
  rig.collect.obs = () => Promise.resolve({ ...LIVE_OBS, recording: true });
  await rig.time.pass(10);
  answer(LIVE_OBS);
  await rig.time.pass(20);
  assert.deepEqual(rig.times(), [0, 510, 530]);
  assert.equal(rig.last.obs.recording, true);
});

Deno.test("makes up for no tick that the machine slept through", async () => {
  await using rig = new Rig();
  await rig.start();
  await rig.time.pass(500);
  rig.time.sleep(30_000);
  await rig.time.pass(1000);
  assert.deepEqual(rig.times(), [0, 500, 30_500, 31_000, 31_500]);
});

Deno.test("says at the stop that OBS is not connected and nothing is known", async () => {
  await using rig = new Rig();
  await rig.start();
  const { sequence } = rig.last;
  assert.ok((rig.last.system.record_minutes_left ?? 0) > 0);
  await rig.stop();
  assert.deepEqual(rig.last.obs, DISCONNECTED_OBS);
  assert.deepEqual([rig.last.health.overall, rig.last.health.alerts], ["unknown", []]);
  const { ok, error } = rig.last.health.collectors.obs;
  assert.deepEqual([ok, error], [false, "The sidecar was stopped."]);
  assert.equal(rig.last.sequence, sequence + 1);
  assert.equal(rig.last.system.record_minutes_left, null);
  assert.equal(rig.last.system.memory_total_gb, 16);
});

Deno.test("publishes nothing after the stop, and closes sinks before collectors", async () => {
  await using rig = new Rig();
  await rig.start();
  await rig.stop();
  const count = rig.published.length;
  rig.pipeline.trigger();
  await rig.time.pass(5000);
  assert.equal(rig.published.length, count);
  assert.equal(rig.time.waiting, 0);
  assert.deepEqual(rig.closed, ["record", "obs", "system", "network", "gpu"]);
});

Deno.test("stops in the middle of a tick and of a wait for the next extra snapshot", async () => {
  await using rig = new Rig();
  await rig.start();
  rig.collect.obs = () => new Promise(() => {});
  await rig.time.pass(500);
  rig.pipeline.trigger();
  await rig.stop();
  assert.equal(rig.last.health.overall, "unknown");
  assert.equal(rig.time.waiting, 0);
});

Deno.test("rounds figures to three decimals in the JSON and keeps them whole otherwise", async () => {
  await using rig = new Rig();
  await rig.start();
  const json = JSON.parse(rig.published[0]?.json ?? "");
  assert.equal(json.system.cpu_usage_percent, 12.346);
  assert.equal(rig.last.system.cpu_usage_percent, 12.34567);
  assert.equal(json.written_at_ms, rig.last.written_at_ms);
});

Deno.test("leaves an impossible figure out and tells of it once, though it changes", async () => {
  await using rig = new Rig();
  await rig.start();
  for (const cpu of [101, 102, 103, -1, NaN]) {
    rig.collect.system = () => Promise.resolve({ ...READINGS.system, cpu_usage_percent: cpu });
    await rig.time.pass(500);
    assert.equal(rig.last.system.cpu_usage_percent, null);
    assert.equal(rig.last.system.memory_used_gb, 8);
  }
  assert.equal(rig.lines.length, 1);
  assert.match(
    rig.lines[0] ?? "",
    /^warn: Figures left out as impossible: system\.cpu_usage_percent:/,
  );
  rig.collect.system = () => Promise.resolve(READINGS.system);
  await rig.time.pass(500);
  assert.equal(rig.last.system.cpu_usage_percent, 12.34567);
});

Deno.test("goes on after an error in the sidecar itself, and stops cleanly in spite of one", async () => {
  let fail = false;
  await using rig = new Rig({
    notices: () => {
      if (fail) throw new Error("a slip");
      return [];
    },
  });
  await rig.start();
  fail = true;
  await rig.time.pass(500);
  assert.equal(rig.published.length, 1);
  assert.match(
    rig.lines[0] ?? "",
    /^error: A snapshot was lost to an error in the sidecar\. \| Error: a slip/,
  );
  fail = false;
  await rig.time.pass(500);
  assert.deepEqual(rig.times(), [0, 1000]);
  assert.equal(rig.last.sequence, 2);
  fail = true;
  await rig.stop();
  assert.equal(rig.closed.length, 5);
});

Deno.test("lets a sink that fails or hangs delay no other, and tells a failure once", async () => {
  let isFull = false;
  const failing: Sink = {
    name: "failing",
    write() {
      if (isFull) throw new Error("The disk is full. Make room.");
    },
  };
  const release = Promise.withResolvers<void>();
  const hanging: Sink = { name: "hanging", write: () => release.promise };
  await using rig = new Rig({ more: [failing, hanging] });
  await rig.start();
  isFull = true;
  await rig.time.pass(3000);
  assert.equal(rig.published.length, 7);
  const told = rig.last.health.alerts.map(({ id, severity, message }) => [id, severity, message]);
  assert.deepEqual(told, [["sidecar:failing", "warning", "The disk is full. Make room."]]);
  isFull = false;
  await rig.time.pass(1000);
  assert.deepEqual(rig.last.health.alerts, []);
  assert.deepEqual(rig.lines.map((line) => line.split(" | ")[0]), [
    "error: failing: The disk is full. Make room.",
    "info: failing: works again.",
  ]);
  release.resolve();
  await settle();
});

Deno.test("ticks at a new pace from the moment on at which it is set", async () => {
  await using rig = new Rig();
  await rig.start();
  await rig.time.pass(1200);
  rig.pipeline.setTick(100);
  await rig.time.pass(300);
  assert.deepEqual(rig.times(), [0, 500, 1000, 1300, 1400, 1500]);
  rig.pipeline.setTick(2000);
  await rig.time.pass(2500);
  assert.deepEqual(rig.times(1501), [3500]);
});

Deno.test("takes a new pace in the middle of a tick, and none after the stop", async () => {
  await using rig = new Rig();
  await rig.start();
  const slow = Promise.withResolvers<void>();
  rig.collect.system = () => slow.promise.then(() => READINGS.system);
  await rig.time.pass(550);
  rig.pipeline.setTick(100);
  slow.resolve();
  await rig.time.pass(250);
  assert.deepEqual(rig.times(), [0, 550, 600, 700, 800]);
  await rig.stop();
  const { length } = rig.published;
  rig.pipeline.setTick(50);
  await rig.time.pass(500);
  assert.equal(rig.published.length, length);
});
