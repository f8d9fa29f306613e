import fc from "fast-check";
import assert from "node:assert/strict";
import {
  cpuPercent,
  type CpuTimes,
  createSystemCollector,
  type MemoryBytes,
  memoryGb,
  type SystemSource,
} from "../../sidecar/collectors/system.ts";
import { silentLog } from "../../sidecar/log/log.ts";

const GIB = 2 ** 30;
const signal = new AbortController().signal;

/** A machine whose every figure the test sets. */
function fakeMachine(options: { diskWaitMs?: number; folder?: string | null } = {}) {
  const state = {
    nowMs: 0,
    cpu: { busy: 0, total: 0 } as CpuTimes | null,
    memory: { total: 32 * GIB, available: 24 * GIB } as MemoryBytes | null,
    disk: (_folder: string): Promise<number | null> => Promise.resolve(100 * GIB),
    folder: options.folder === undefined ? "/videos" : options.folder,
    diskReads: [] as string[],
    lines: [] as string[],
  };
  const source: SystemSource = {
    cpuTimes: () => state.cpu,
    memory: () => state.memory,
    diskFreeBytes(folder) {
      state.diskReads.push(folder);
      return state.disk(folder);
    },
  };
  const collector = createSystemCollector({
    source,
    recordDirectory: () => state.folder,
    clock: { now: () => 0, monotonic: () => state.nowMs },
    log: {
      ...silentLog,
      warn: (message) => state.lines.push(`warn ${message}`),
      info: (message) => state.lines.push(`info ${message}`),
    },
    ...(options.diskWaitMs === undefined ? {} : { diskWaitMs: options.diskWaitMs }),
  });
  return { state, source, collect: () => collector.collect(signal) };
}

Deno.test("processor load is the work between two readings", async () => {
  const { state, collect } = fakeMachine();
  state.cpu = { busy: 1000, total: 4000 };
  assert.equal((await collect()).cpu_usage_percent, null);
  state.nowMs = 500;
  state.cpu = { busy: 1125, total: 4500 };
  assert.equal((await collect()).cpu_usage_percent, 25);
});

Deno.test("a reading right after another keeps the processor load and its baseline", async () => {
  const { state, collect } = fakeMachine();
  await collect();
  state.nowMs = 500;
  state.cpu = { busy: 250, total: 500 };
  await collect();
  state.nowMs = 600;
  state.cpu = { busy: 350, total: 600 };
  assert.equal((await collect()).cpu_usage_percent, 50);
  state.nowMs = 1000;
  state.cpu = { busy: 250, total: 1000 };
  assert.equal((await collect()).cpu_usage_percent, 0);
});

Deno.test("processor counters that restart cost one figure, not all that follow", async () => {
  const { state, collect } = fakeMachine();
  state.cpu = { busy: 5000, total: 9000 };
  await collect();
  state.nowMs = 500;
  state.cpu = { busy: 10, total: 100 };
  assert.equal((await collect()).cpu_usage_percent, null);
  state.nowMs = 1000;
  state.cpu = { busy: 60, total: 200 };
  assert.equal((await collect()).cpu_usage_percent, 50);
});

Deno.test("senseless processor counters give null and leave the baseline alone", async () => {
  const { state, collect } = fakeMachine();
  await collect();
  state.nowMs = 500;
  state.cpu = null;
  assert.equal((await collect()).cpu_usage_percent, null);
  state.nowMs = 1000;
  state.cpu = { busy: 100, total: 1000 };
  assert.equal((await collect()).cpu_usage_percent, 10);
});

Deno.test("processor load is null or between 0 and 100, whatever the counters say", () => {
  const times = fc.record({ busy: fc.double(), total: fc.double() });
  fc.assert(fc.property(times, times, (before, now) => {
    const percent = cpuPercent(before, now);
    assert.ok(percent === null || (percent >= 0 && percent <= 100), `${percent}`);
  }));
  assert.equal(cpuPercent({ busy: 0, total: 0 }, { busy: 0, total: 0 }), null);
  assert.equal(cpuPercent({ busy: 0, total: 0 }, { busy: 101, total: 100 }), 100);
  const endless = { busy: Infinity, total: Infinity };
  assert.equal(cpuPercent({ busy: 0, total: 0 }, endless), null);
});

Deno.test("memory in use is what programs could not get", () => {
  assert.deepEqual(memoryGb({ total: 32 * GIB, available: 24 * GIB }), { used: 8, total: 32 });
  assert.equal(memoryGb({ total: 0, available: 0 }), null);
  assert.equal(memoryGb({ total: GIB, available: 2 * GIB }), null);
  assert.equal(memoryGb({ total: NaN, available: 1 }), null);
});

Deno.test("free space is null while the recording folder is not known", async () => {
  const { state, collect } = fakeMachine({ folder: null });
  assert.equal((await collect()).disk_free_gb, null);
  assert.deepEqual(state.diskReads, []);
});

Deno.test("the drive is asked every 2 s, and at once for another folder", async () => {
  const { state, collect } = fakeMachine();
  for (state.nowMs = 0; state.nowMs < 4000; state.nowMs += 500) {
    assert.equal((await collect()).disk_free_gb, 100);
  }
  assert.deepEqual(state.diskReads, ["/videos", "/videos"]);
  state.folder = "/other";
  state.disk = () => Promise.resolve(5 * GIB);
  assert.equal((await collect()).disk_free_gb, 5);
});

Deno.test("a drive that hangs costs only its own figure and is asked once", async () => {
  const { state, collect } = fakeMachine({ diskWaitMs: 1 });
  const drive = Promise.withResolvers<number | null>();
  state.disk = () => drive.promise;
  await collect();
  for (state.nowMs = 500; state.nowMs <= 10_000; state.nowMs += 500) {
    state.cpu = { busy: state.nowMs / 4, total: state.nowMs };
    const reading = await collect();
    assert.equal(reading.disk_free_gb, null);
    assert.equal(reading.cpu_usage_percent, 25);
    assert.equal(reading.memory_used_gb, 8);
  }
  assert.deepEqual(state.diskReads, ["/videos"]);
  assert.equal(state.lines.length, 1);
  assert.match(state.lines[0]!, /^warn .*\/videos: check its drive or network share/);

  drive.resolve(7 * GIB);
  await drive.promise;
  assert.equal((await collect()).disk_free_gb, 7);
  assert.deepEqual(state.lines.slice(1), [
    "info The drive of the recording folder /videos answers again",
  ]);
});

Deno.test("a slow drive keeps its figure meanwhile, without a word", async () => {
  const { state, collect } = fakeMachine({ diskWaitMs: 1 });
  assert.equal((await collect()).disk_free_gb, 100);
  const drive = Promise.withResolvers<number | null>();
  state.disk = () => drive.promise;
  for (state.nowMs = 2000; state.nowMs < 7000; state.nowMs += 500) {
    assert.equal((await collect()).disk_free_gb, 100);
  }
  assert.deepEqual(state.lines, []);
  assert.equal((await collect()).disk_free_gb, null);
  assert.equal(state.lines.length, 1);
  drive.resolve(7 * GIB);
  await drive.promise;
  assert.equal((await collect()).disk_free_gb, 7);
});

Deno.test("a drive that fails is logged once and asked again after 2 s", async () => {
  const { state, collect } = fakeMachine();
  state.disk = () => Promise.reject(new Error("unplugged"));
  for (state.nowMs = 0; state.nowMs < 6000; state.nowMs += 500) {
    assert.equal((await collect()).disk_free_gb, null);
  }
  assert.equal(state.diskReads.length, 3);
  assert.equal(state.lines.length, 1);
  state.disk = () => Promise.resolve(GIB);
  assert.equal((await collect()).disk_free_gb, 1);
});

Deno.test("memory that cannot be read leaves the processor load", async () => {
  const { state, source, collect } = fakeMachine();
  source.memory = () => {
    throw new Error("refused");
  };
  await collect();
  state.nowMs = 500;
  state.cpu = { busy: 300, total: 400 };
  const reading = await collect();
  assert.equal(reading.cpu_usage_percent, 75);
  assert.equal(reading.memory_used_gb, null);
  assert.equal(reading.memory_total_gb, null);
  assert.deepEqual(state.lines, [
    "warn Cannot read the machine's memory; the figure stays empty",
  ]);
  source.memory = () => state.memory;
  assert.equal((await collect()).memory_total_gb, 32);
  assert.equal(state.lines[1], "info The machine's memory can be read again");
});

Deno.test("collecting fails when neither processor nor memory can be read", async () => {
  const { source, collect } = fakeMachine();
  const cause = new Error("no libc");
  source.cpuTimes = source.memory = () => {
    throw cause;
  };
  await assert.rejects(collect(), (error: Error) => error.cause === cause);
});
