/** One NVIDIA card: its figures as a snapshot wants them. */
import type { Gpu } from "../../shared/telemetry.ts";
import type { EncoderSession, NvmlDevice } from "../nvml/nvml_device.ts";
import { throttleReasons } from "../nvml/throttle_reasons.ts";

/** What never changes while a card is open. */
export interface CardFacts {
  name: string | null;
  driverVersion: string | null;
}

/** A card's figures, and who encodes on it; null where the driver does not tell. */
export interface CardReading {
  gpu: Gpu;
  sessions: EncoderSession[] | null;
}

type SlowFigures = Pick<
  Gpu,
  | "temperature_celsius"
  | "vram_used_mb"
  | "vram_total_mb"
  | "power_watts"
  | "fan_percent"
  | "clock_mhz"
  | "throttle_reasons"
>;

/** Just under two ticks of 500 ms, so that a tick that comes a little early still counts. */
const SLOW_EVERY_MS = 900;
const BYTES_PER_MIB = 1024 ** 2;

/**
 * Reads one card. Load and encoder are read every time. Memory, temperature, power, fan, clock
 * and throttling move slowly and are read about once a second: each call costs a change of thread
 * (some 30 µs of CPU) and the driver's own time.
 */
export class NvmlCard {
  readonly #device: NvmlDevice;
  readonly #facts: CardFacts;
  #slow: SlowFigures | null = null;
  #slowReadAt = -Infinity;

  constructor(device: NvmlDevice, facts: CardFacts) {
    this.#device = device;
    this.#facts = facts;
  }

  /** The figures at `now`, in monotonic milliseconds. */
  async read(now: number): Promise<CardReading> {
    const device = this.#device;
    const utilization = await device.utilizationPercent();
    const encoder = await device.encoderPercent();
    const decoder = await device.decoderPercent();
    const sessions = await device.encoderSessions();
    const together = sessions === null ? await device.encoderStats() : null;
    if (this.#slow === null || now - this.#slowReadAt >= SLOW_EVERY_MS) {
      this.#slow = await this.#readSlow();
      this.#slowReadAt = now;
    }
    const gpu: Gpu = {
      name: this.#facts.name,
      vendor: "nvidia",
      utilization_percent: percent(utilization),
      encoder_utilization_percent: percent(encoder),
      decoder_utilization_percent: percent(decoder),
      ...this.#slow,
      driver_version: this.#facts.driverVersion,
      encoder_sessions: sessions?.length ?? together?.sessions ?? null,
      encoder_latency_us: sessions ? meanLatencyUs(sessions) : together?.latencyUs || null,
    };
    return { gpu, sessions };
  }

  async #readSlow(): Promise<SlowFigures> {
    const device = this.#device;
    const memory = await device.memoryBytes();
    const reasons = await device.throttleReasons();
    return {
      temperature_celsius: await device.temperatureCelsius(),
      vram_used_mb: memory && Math.round(memory.used / BYTES_PER_MIB),
      vram_total_mb: memory && Math.round(memory.total / BYTES_PER_MIB),
      power_watts: await device.powerWatts(),
      fan_percent: await device.fanPercent(),
      clock_mhz: await device.graphicsClockMhz(),
      throttle_reasons: reasons === null ? null : throttleReasons(reasons),
    };
  }
}

/** Mean over the sessions that have encoded something; null if none has. */
export function meanLatencyUs(sessions: readonly EncoderSession[]): number | null {
  const working = sessions.filter(({ latencyUs }) => latencyUs > 0);
  if (working.length === 0) return null;
  return Math.round(working.reduce((sum, { latencyUs }) => sum + latencyUs, 0) / working.length);
}

function percent(value: number | null): number | null {
  return value === null ? null : Math.min(value, 100);
}
