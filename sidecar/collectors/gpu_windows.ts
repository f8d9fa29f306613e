/** Graphics cards of any vendor on Windows, through its performance counters. */
import type { Gpu } from "../../shared/telemetry.ts";
import type { Clock } from "../time/clock.ts";
import {
  type AdapterFacts,
  type DisplayAdapters,
  openDisplayAdapters,
} from "../win32/display_adapter.ts";
import { DEFAULT_SYSTEM_ROOT } from "../win32/kernel32.ts";
import { openNativeMemory } from "../win32/native_memory.ts";
import { type CounterQuery, openCounterQuery } from "../win32/pdh.ts";
import type { GpuReading } from "./collector.ts";
import { type GpuSource, NO_GPUS } from "./gpu_source.ts";
import { type AdapterLoad, sumByAdapter, sumEngines } from "./gpu_windows_figures.ts";

/** Load of every engine for every process; Windows 10 1709 and later. */
const ENGINES = "\\GPU Engine(*)\\Utilization Percentage";
/** Bytes of each adapter's own memory. */
const MEMORY = "\\GPU Adapter Memory(*)\\Dedicated Usage";

/** The counters that the source reads. */
export const GPU_COUNTERS = [ENGINES, MEMORY] as const;

/** What the source reads from. */
export interface WindowsGpuLibraries {
  counters: CounterQuery;
  adapters: DisplayAdapters;
  close(): void;
}

/** What the source works with. */
export interface WindowsGpuSourceOptions {
  open: () => WindowsGpuLibraries;
  /** Whether a process is OBS; asked once for each process that encodes. */
  isObsProcess: (pid: number) => boolean;
  clock: Clock;
}

/**
 * Windows keeps a counter for each engine of each process, thousands of them: reading them all at
 * every tick would cost more than all the rest.
 */
const READ_EVERY_MS = 1_900;
/** Adapters come and go with docks and drivers. */
const LOOK_EVERY_MS = 60_000;
const BYTES_PER_MIB = 1024 ** 2;

/**
 * Opens what the source reads from.
 * @param systemRoot `%SystemRoot%`
 * @throws if a library may not be loaded, or Windows refuses
 */
export function openWindowsGpuLibraries(
  systemRoot: string = DEFAULT_SYSTEM_ROOT,
): WindowsGpuLibraries {
  using opened = new DisposableStack();
  const keep = <T extends { close(): void }>(it: T) => opened.adopt(it, () => it.close());
  const memory = keep(openNativeMemory(systemRoot));
  const adapters = keep(openDisplayAdapters(`${systemRoot}\\System32\\gdi32.dll`, { memory }));
  const counters = keep(openCounterQuery(GPU_COUNTERS, { memory, systemRoot }));
  const held = opened.move();
  return { counters, adapters, close: () => held.dispose() };
}

/**
 * Reads every adapter that is not a mere program. What Windows does not count, on an older one or
 * with an older driver, is null; where it counts nothing there are no cards, which is no error.
 */
export function createWindowsGpuSource(options: WindowsGpuSourceOptions): GpuSource {
  return new WindowsGpuSource(options);
}

class WindowsGpuSource implements GpuSource {
  readonly what = "Windows's graphics counters";
  readonly #options: WindowsGpuSourceOptions;
  #libraries: WindowsGpuLibraries | null = null;
  #facts = new Map<bigint, AdapterFacts>();
  #isObs = new Map<number, boolean>();
  #reading: GpuReading = NO_GPUS;
  /** Why the last reading failed; null if it did not. */
  #problem: unknown = null;
  #readAt = -Infinity;
  #lookAt = -Infinity;
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(options: WindowsGpuSourceOptions) {
    this.#options = options;
  }

  async read(): Promise<GpuReading> {
    const now = this.#options.clock.monotonic();
    if (!this.#closed && now - this.#readAt >= READ_EVERY_MS) {
      this.#readAt = now;
      this.#problem = null;
      try {
        this.#reading = await this.#collect(now);
      } catch (error) {
        this.#problem = error;
      }
    }
    if (this.#problem !== null) throw this.#problem;
    return this.#reading;
  }

  async close(): Promise<void> {
    this.#closed = true;
    // Windows still writes into what would be given back.
    await this.#running?.catch(() => {});
    this.#libraries?.close();
    this.#libraries = null;
  }

  async #collect(now: number): Promise<GpuReading> {
    const { counters, adapters } = this.#libraries ??= this.#options.open();
    this.#running = counters.collect();
    try {
      await this.#running;
    } finally {
      this.#running = null;
    }
    if (this.#closed) return NO_GPUS;
    if (now >= this.#lookAt) {
      this.#facts.clear();
      this.#lookAt = now + LOOK_EVERY_MS;
    }
    return this.#take(counters, adapters);
  }

  #take(counters: CounterQuery, adapters: DisplayAdapters): GpuReading {
    const memory = counters.values(MEMORY);
    const engines = counters.values(ENGINES, { withoutZeros: true });
    const used = sumByAdapter(memory ?? []);
    const { adapters: loads, encoders } = sumEngines(engines ?? []);
    const luids = [...new Set([...used.keys(), ...loads.keys()])]
      .filter((luid) => !this.#factsOf(luid, adapters).isSoftware);
    const gpus = luids.map((luid) =>
      toGpu(this.#factsOf(luid, adapters), {
        load: engines === null ? null : loads.get(luid) ?? { graphics: 0, encode: 0, decode: 0 },
        usedBytes: used.get(luid) ?? null,
        temperature: adapters.temperatureCelsius(luid),
      })
    );
    const encoding = luids.indexOf(this.#obsAdapter(encoders) ?? -1n);
    return { ...NO_GPUS, gpus, encodingIndex: encoding < 0 ? null : encoding };
  }

  #factsOf(luid: bigint, adapters: DisplayAdapters): AdapterFacts {
    let facts = this.#facts.get(luid);
    if (facts === undefined) this.#facts.set(luid, facts = adapters.facts(luid));
    return facts;
  }

  /** The adapter whose encoder OBS uses now. */
  #obsAdapter(encoders: readonly { pid: number; luid: bigint }[]): bigint | null {
    const known = this.#isObs;
    this.#isObs = new Map();
    for (const { pid } of encoders) {
      this.#isObs.set(pid, known.get(pid) ?? this.#options.isObsProcess(pid));
    }
    return encoders.find(({ pid }) => this.#isObs.get(pid))?.luid ?? null;
  }
}

function toGpu(
  { name, vendor, memoryBytes }: AdapterFacts,
  { load, usedBytes, temperature }: {
    load: AdapterLoad | null;
    usedBytes: number | null;
    temperature: number | null;
  },
): Gpu {
  return {
    name,
    vendor,
    utilization_percent: rounded(load?.graphics),
    temperature_celsius: temperature,
    vram_used_mb: mebibytes(usedBytes),
    vram_total_mb: mebibytes(memoryBytes),
    encoder_utilization_percent: rounded(load?.encode),
    decoder_utilization_percent: rounded(load?.decode),
    power_watts: null,
    fan_percent: null,
    clock_mhz: null,
    throttle_reasons: null,
    driver_version: null,
    encoder_sessions: null,
    encoder_latency_us: null,
  };
}

function rounded(percent: number | undefined): number | null {
  return percent === undefined ? null : Math.round(percent * 10) / 10;
}

function mebibytes(bytes: number | null): number | null {
  return bytes === null ? null : Math.round(bytes / BYTES_PER_MIB);
}
