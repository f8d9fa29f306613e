import assert from "node:assert/strict";
import {
  DISCONNECTED_OBS,
  type Gpu,
  UNKNOWN_NETWORK,
  UNKNOWN_SYSTEM,
} from "../../shared/telemetry.ts";
import type { ObsReading, Readings } from "../../sidecar/collectors/collector.ts";
import { NO_GPUS } from "../../sidecar/collectors/gpu_source.ts";
import { assemble, type CollectorStates, type Figures } from "../../sidecar/snapshot/assemble.ts";
import { exampleOutput, exampleRecording, exampleTelemetry } from "../api/example_telemetry.ts";

const GIB = 1024 ** 3;
const EXAMPLE = exampleTelemetry();

function obs(changes: Partial<ObsReading> = {}): ObsReading {
  return { ...EXAMPLE.obs, recordBytesPerSecond: null, recordDiskFreeBytes: null, ...changes };
}

function gpu(name: string): Gpu {
  assert.ok(EXAMPLE.system.gpu);
  return { ...EXAMPLE.system.gpu, name };
}

/** The figures that follow from these readings; null where a collector has none. */
function figures(readings: { [N in keyof Readings]?: Readings[N] | null }): Figures {
  const health = { ok: true, age_ms: 0, error: null };
  const states: CollectorStates = {
    obs: { value: readings.obs ?? null, health },
    system: { value: readings.system ?? null, health },
    network: { value: readings.network ?? null, health },
    gpu: { value: readings.gpu ?? null, health },
  };
  return assemble(states);
}

const SYSTEM = { cpu_usage_percent: 5, memory_used_gb: 8, memory_total_gb: 16, disk_free_gb: 100 };

Deno.test("is unknown throughout where no collector knows anything", () => {
  assert.deepEqual(figures({}), {
    system: { ...UNKNOWN_SYSTEM, gpus: null },
    obs: DISCONNECTED_OBS,
    network: UNKNOWN_NETWORK,
  });
});

Deno.test("shows none of OBS's figures while OBS is away", () => {
  const { obs, system } = figures({ obs: null, system: SYSTEM, gpu: NO_GPUS });
  assert.deepEqual(obs, DISCONNECTED_OBS);
  assert.equal(system.record_minutes_left, null);
  assert.equal(system.disk_free_gb, 100);
});

Deno.test("keeps what only derives other figures out of the snapshot", () => {
  const { obs: figure } = figures({
    obs: obs({ recordBytesPerSecond: 1, recordDiskFreeBytes: 2 }),
  });
  assert.deepEqual(figure, EXAMPLE.obs);
});

Deno.test("says how long the disk lasts at the recording's rate", () => {
  const record = obs({ recordBytesPerSecond: GIB / 60 });
  assert.equal(figures({ obs: record, system: SYSTEM }).system.record_minutes_left, 100);
  for (const rate of [null, 0]) {
    const { system } = figures({ obs: obs({ recordBytesPerSecond: rate }), system: SYSTEM });
    assert.equal(system.record_minutes_left, null);
  }
});

Deno.test("takes OBS's word for the disk where the machine's is not known", () => {
  const own = obs({ recordDiskFreeBytes: 50 * GIB });
  assert.equal(figures({ obs: own, system: SYSTEM }).system.disk_free_gb, 100);
  const unknown = { ...SYSTEM, disk_free_gb: null };
  assert.equal(figures({ obs: own, system: unknown }).system.disk_free_gb, 50);
  assert.equal(figures({ obs: own }).system.disk_free_gb, 50);
});

Deno.test("takes OBS's word alone for the disk of an OBS on another machine", () => {
  const remote = obs({
    local: false,
    recordDiskFreeBytes: 50 * GIB,
    recordBytesPerSecond: GIB / 60,
  });
  const { system } = figures({ obs: remote, system: SYSTEM });
  assert.deepEqual([system.disk_free_gb, system.record_minutes_left], [50, 50]);
  const silent = obs({ local: false });
  assert.equal(figures({ obs: silent, system: SYSTEM }).system.disk_free_gb, null);
});

Deno.test("shows the card that OBS encodes on, else the first, else none", () => {
  const gpus = [gpu("first"), gpu("second")];
  const shown = (encodingIndex: number | null, cards = gpus) =>
    figures({ gpu: { gpus: cards, encodingIndex, obsEncoderLatencyUs: null } }).system;
  assert.equal(shown(1).gpu?.name, "second");
  assert.equal(shown(null).gpu?.name, "first");
  const { gpu: first, gpus: all } = shown(null, [gpu("twin"), gpu("twin")]);
  assert.ok(first === all?.[0] && first !== all?.[1], "it is one of them, and not just like one");
  assert.equal(shown(null).gpus?.length, 2);
  assert.deepEqual([shown(null, []).gpu, shown(null, []).gpus], [null, []]);
});

Deno.test("gives the encoder's latency to OBS's active outputs that encode", () => {
  const outputs = [
    exampleOutput({ encoding_lag_ms: null }),
    exampleRecording(),
    exampleOutput({ id: "idle", active: false, encoding_lag_ms: null }),
    exampleOutput({ id: "virtualcam_output", kind: "virtualcam", encoding_lag_ms: null }),
  ];
  const lags = (local: boolean, obsEncoderLatencyUs: number | null) =>
    figures({
      obs: obs({ outputs, local }),
      gpu: { gpus: [gpu("first")], encodingIndex: 0, obsEncoderLatencyUs },
    }).obs.outputs?.map((output) => output.encoding_lag_ms);
  assert.deepEqual(lags(true, 4100), [4.1, 4.1, null, null]);
  assert.deepEqual(lags(true, null), [null, null, null, null]);
  assert.deepEqual(lags(false, 4100), [null, null, null, null], "another machine's card");
});
