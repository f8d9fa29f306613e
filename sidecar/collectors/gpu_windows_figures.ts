/** From Windows's GPU counters to figures of each adapter. */
import type { CounterValue } from "../win32/counter_array.ts";

/** An engine of an adapter as one process uses it. */
export interface EngineName {
  pid: number;
  /** The adapter's number, of this start of Windows. */
  luid: bigint;
  /** Which engine of the adapter: the physical card, and the number on it. */
  engine: string;
  /** `3D`, `VideoEncode`, `VideoDecode`, `Copy` …, without a driver's spaces and numbers. */
  type: string;
}

/** Load of an adapter, in percent. */
export interface AdapterLoad {
  graphics: number;
  encode: number;
  decode: number;
}

/** What the engines of all adapters do. */
export interface EngineLoads {
  adapters: Map<bigint, AdapterLoad>;
  /** Adapters on whose encoder a process works now, by the process. */
  encoders: { pid: number; luid: bigint }[];
}

/**
 * Names as Windows gives them since Windows 10 1709, as its `typeperf -q` lists them:
 * `pid_4321_luid_0x00000000_0x0000D1B4_phys_0_eng_0_engtype_3D`.
 */
const ENGINE =
  /^pid_(\d+)_luid_0x([0-9a-f]{1,8})_0x([0-9a-f]{1,8})_phys_(\d+)_eng_(\d+)_engtype_(.*)$/i;
/** `luid_0x00000000_0x0000D1B4_phys_0`. */
const ADAPTER = /^luid_0x([0-9a-f]{1,8})_0x([0-9a-f]{1,8})(_phys_\d+)?(_|$)/i;
/** Which of the figures an engine's load goes into; one that encodes and decodes is in both. */
const FIGURES: Readonly<Record<string, readonly (keyof AdapterLoad)[]>> = {
  "3d": ["graphics"],
  "videoencode": ["encode"],
  "videodecode": ["decode"],
  "videocodec": ["encode", "decode"],
};

/** Null if the name is no engine's. */
export function parseEngineName(instance: string): EngineName | null {
  const [, pid, high, low, card, engine, type] = ENGINE.exec(instance) ?? [];
  if (pid === undefined || type === undefined) return null;
  return {
    pid: Number(pid),
    luid: toLuid(high, low),
    engine: `${card}.${engine}`,
    type: type.replace(/[ _]*\d*$/, "").replace(/[ _]/g, "") || type,
  };
}

/** Number of the adapter that a memory counter's instance names; null if it names none. */
export function parseAdapterLuid(instance: string): bigint | null {
  const [, high, low] = ADAPTER.exec(instance) ?? [];
  return low === undefined ? null : toLuid(high, low);
}

/** Bytes of each adapter, cards that work as one summed up. */
export function sumByAdapter(values: readonly CounterValue[]): Map<bigint, number> {
  const sums = new Map<bigint, number>();
  for (const { instance, value } of values) {
    const luid = parseAdapterLuid(instance);
    if (luid !== null) sums.set(luid, (sums.get(luid) ?? 0) + value);
  }
  return sums;
}

/**
 * Load of each adapter from `\GPU Engine(*)\Utilization Percentage`: an engine's is the sum over
 * all processes, an adapter's that of its busiest engine of the kind, as Windows's Task Manager
 * has it.
 */
export function sumEngines(values: readonly CounterValue[]): EngineLoads {
  const engines = new Map<string, EngineName & { value: number }>();
  const encoders: EngineLoads["encoders"] = [];
  for (const { instance, value } of values) {
    const name = parseEngineName(instance);
    if (name === null) continue;
    const figures = FIGURES[name.type.toLowerCase()];
    if (figures === undefined) continue;
    if (value > 0 && figures.includes("encode")) encoders.push({ pid: name.pid, luid: name.luid });
    const key = `${name.luid}.${name.engine}.${name.type}`;
    const engine = engines.get(key);
    if (engine === undefined) engines.set(key, { ...name, value });
    else engine.value += value;
  }
  const adapters = new Map<bigint, AdapterLoad>();
  for (const { luid, type, value } of engines.values()) {
    const load = adapters.get(luid) ?? { graphics: 0, encode: 0, decode: 0 };
    for (const figure of FIGURES[type.toLowerCase()] ?? []) {
      load[figure] = Math.min(100, Math.max(load[figure], value));
    }
    adapters.set(luid, load);
  }
  return { adapters, encoders };
}

function toLuid(high = "0", low = "0"): bigint {
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
