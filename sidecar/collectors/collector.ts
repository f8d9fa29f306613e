/** The one interface all collectors have, and what each of them gives. */
import type { CollectorName } from "../../shared/collector_names.ts";
import type {
  Gpu,
  NetworkTelemetry,
  ObsTelemetry,
  SystemTelemetry,
} from "../../shared/telemetry.ts";

/**
 * Watches one thing. The pipeline calls `collect` at most once at a time, gives it a deadline,
 * and sets this collector's figures to null when it fails or is late.
 */
export interface Collector<T> {
  readonly name: CollectorName;
  /**
   * Monotonic milliseconds at which the figures that `collect` gave last were read. Absent where
   * that is always when it gave them.
   */
  readonly readAtMs?: number | null;
  /**
   * Reads the figures as they are now.
   * @throws if they cannot be read; the message says what to do and is shown to the user.
   */
  collect(signal: AbortSignal): Promise<T>;
  /** Gives back what the collector holds. Not called while `collect` runs, unless that hangs. */
  close?(): void | Promise<void>;
}

/** The machine's own figures, without what OBS and the GPU know. */
export type SystemReading = Omit<SystemTelemetry, "record_minutes_left" | "gpu" | "gpus">;

/** Every graphics card, and which one OBS encodes on. */
export interface GpuReading {
  gpus: Gpu[];
  /** Index in `gpus` of the card on which OBS has an encoder session; null if none is known. */
  encodingIndex: number | null;
  /** Mean latency of OBS's own encoder sessions in microseconds; null without one. */
  obsEncoderLatencyUs: number | null;
}

/** OBS's figures, and what other figures are derived from. */
export interface ObsReading extends ObsTelemetry {
  /** Bytes a second of all active recordings, mean of the last 30 s; null if none records. */
  recordBytesPerSecond: number | null;
  /** Free bytes on OBS's recording volume as OBS itself says. */
  recordDiskFreeBytes: number | null;
}

/** What a whole set of collectors reads. */
export interface Readings {
  obs: ObsReading;
  system: SystemReading;
  network: NetworkTelemetry;
  gpu: GpuReading;
}

/** One collector for each set of figures. */
export type Collectors = { [N in CollectorName]: Collector<Readings[N]> };
