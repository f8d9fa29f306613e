import type { CollectorName } from "../../shared/collector_names.ts";
import {
  DISCONNECTED_OBS,
  type Gpu,
  type NetworkTelemetry,
  type ObsTelemetry,
  type Output,
  type SystemTelemetry,
  UNKNOWN_NETWORK,
  UNKNOWN_SYSTEM,
} from "../../shared/telemetry.ts";
import type { GpuReading, Readings } from "../collectors/collector.ts";
import type { CollectorState } from "../collectors/collector_runner.ts";

/** What every collector knows now. */
export type CollectorStates = { [N in CollectorName]: CollectorState<Readings[N]> };

/** A snapshot without its verdict and its place in time. */
export interface Figures {
  system: SystemTelemetry;
  obs: ObsTelemetry;
  network: NetworkTelemetry;
}

const BYTES_PER_GIB = 1024 ** 3;
const BYTES_PER_SECOND_PER_MINUTE = 60;

/** Kinds of outputs that go through a video encoder. */
const ENCODED_KINDS = new Set(["stream", "record", "replay"]);

/** Puts the collectors' figures together, with those that follow from several of them. */
export function assemble({ obs, system, network, gpu }: CollectorStates): Figures {
  return {
    system: assembleSystem({ system, gpu, obs }),
    obs: obs.value === null ? DISCONNECTED_OBS : assembleObs(obs.value, gpu.value),
    network: network.value ?? UNKNOWN_NETWORK,
  };
}

function assembleSystem(
  { system, gpu, obs }: Pick<CollectorStates, "system" | "gpu" | "obs">,
): SystemTelemetry {
  const isElsewhere = obs.value?.local === false;
  const ownDiskBytes = obs.value?.recordDiskFreeBytes ?? null;
  const ownDiskGb = ownDiskBytes === null ? null : ownDiskBytes / BYTES_PER_GIB;
  const measuredGb = system.value?.disk_free_gb ?? null;
  const diskFreeGb = isElsewhere ? ownDiskGb : measuredGb ?? ownDiskGb;
  return {
    ...UNKNOWN_SYSTEM,
    ...system.value,
    disk_free_gb: diskFreeGb,
    record_minutes_left: minutesLeft(diskFreeGb, obs.value?.recordBytesPerSecond ?? null),
    gpu: primaryGpu(gpu.value),
    gpus: gpu.value === null ? null : gpu.value.gpus,
  };
}

/** The card that OBS encodes on, or the first: the very one that is in `gpus`. */
function primaryGpu(reading: GpuReading | null): Gpu | null {
  if (reading === null) return null;
  return reading.gpus[reading.encodingIndex ?? 0] ?? null;
}

function minutesLeft(freeGb: number | null, bytesPerSecond: number | null): number | null {
  if (freeGb === null || bytesPerSecond === null || bytesPerSecond <= 0) return null;
  return freeGb * BYTES_PER_GIB / bytesPerSecond / BYTES_PER_SECOND_PER_MINUTE;
}

function assembleObs(reading: Readings["obs"], gpu: GpuReading | null): ObsTelemetry {
  const { recordBytesPerSecond: _rate, recordDiskFreeBytes: _free, ...obs } = reading;
  const latencyUs = obs.local === true ? gpu?.obsEncoderLatencyUs ?? null : null;
  if (latencyUs === null || obs.outputs === null) return obs;
  return { ...obs, outputs: obs.outputs.map((output) => withLag(output, latencyUs / 1000)) };
}

function withLag(output: Output, encodingLagMs: number): Output {
  return output.active && ENCODED_KINDS.has(output.kind)
    ? { ...output, encoding_lag_ms: encodingLagMs }
    : output;
}
