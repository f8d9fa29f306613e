/** One NVIDIA card and its figures. */
import type { NvmlSymbols } from "./bindings.ts";
import type { NvmlCall, StartCall } from "./nvml_call.ts";
import { NVML_CODE } from "./nvml_error.ts";
import { textBuffer, textOf } from "./text_buffer.ts";

/** `NVML_DEVICE_NAME_V2_BUFFER_SIZE` of `nvml.h`. */
const NAME_BYTES = 96;
/** `NVML_STRUCT_VERSION(Temperature, 1)` of `nvml.h`: size 12, version 1 in the top byte. */
const TEMPERATURE_V1 = 0x0100000c;
/** `NVML_TEMPERATURE_GPU`: the sensor on the chip. */
const SENSOR_GPU = 0;
/** `NVML_CLOCK_GRAPHICS`. */
const CLOCK_GRAPHICS = 0;
/** `NVML_VALUE_NOT_AVAILABLE` (-1) in an unsigned int and in an unsigned long long. */
const NOT_AVAILABLE_U32 = 0xffff_ffff;
const NOT_AVAILABLE_U64 = 0xffff_ffff_ffff_ffffn;
/** `sizeof(nvmlEncoderSessionInfo_t)` in 32-bit words, and the words that are used. */
const SESSION_WORDS = 8;
const SESSION_PID = 1;
const SESSION_LATENCY_US = 7;
/** Sessions there is room for at first; consumer cards allow 12 at most. */
const USUAL_SESSIONS = 32;
const MOST_SESSIONS = 512;

/** One encoder session of any program. */
export interface EncoderSession {
  pid: number;
  /** Mean of the last second; 0 until the session has encoded something. */
  latencyUs: number;
}

/** What all encoder sessions of a card have together. */
export interface EncoderStats {
  sessions: number;
  /** 0 without a session at work. */
  latencyUs: number;
}

/**
 * A card's figures, each asked of the driver anew, each null if this card or driver does not
 * offer it. `nvmlDeviceGetPcieThroughput` is left out on purpose: it blocks for 20 ms.
 * Every method throws NvmlError if the driver or the card itself is gone.
 */
export class NvmlDevice {
  readonly #handle: bigint;
  readonly #call: NvmlCall;

  constructor(handle: bigint, call: NvmlCall) {
    this.#handle = handle;
    this.#call = call;
  }

  async name(): Promise<string | null> {
    const text = textBuffer(NAME_BYTES);
    const ok = await this.#ok(
      "nvmlDeviceGetName",
      (nvml) => nvml.nvmlDeviceGetName?.(this.#handle, text, text.length),
    );
    return ok ? textOf(text) : null;
  }

  /** Percent of the last sample period (1/6 s to 1 s) in which the card computed or rendered. */
  utilizationPercent(): Promise<number | null> {
    return this.#number(
      "nvmlDeviceGetUtilizationRates",
      (nvml, out) => nvml.nvmlDeviceGetUtilizationRates?.(this.#handle, out),
    );
  }

  encoderPercent(): Promise<number | null> {
    const periodUs = words(1);
    return this.#number(
      "nvmlDeviceGetEncoderUtilization",
      (nvml, out) => nvml.nvmlDeviceGetEncoderUtilization?.(this.#handle, out, periodUs),
    );
  }

  decoderPercent(): Promise<number | null> {
    const periodUs = words(1);
    return this.#number(
      "nvmlDeviceGetDecoderUtilization",
      (nvml, out) => nvml.nvmlDeviceGetDecoderUtilization?.(this.#handle, out, periodUs),
    );
  }

  /** Used bytes include what the driver keeps for itself. */
  async memoryBytes(): Promise<{ total: number; used: number } | null> {
    const info = new BigUint64Array(new ArrayBuffer(24));
    const ok = await this.#ok(
      "nvmlDeviceGetMemoryInfo",
      (nvml) => nvml.nvmlDeviceGetMemoryInfo?.(this.#handle, info),
    );
    const [total, , used] = info;
    if (!ok || total === undefined || used === undefined) return null;
    if (total === NOT_AVAILABLE_U64 || used > total) return null;
    return { total: Number(total), used: Number(used) };
  }

  async temperatureCelsius(): Promise<number | null> {
    const versioned = new Int32Array(new ArrayBuffer(12));
    versioned[0] = TEMPERATURE_V1;
    versioned[1] = SENSOR_GPU;
    const ok = await this.#ok(
      "nvmlDeviceGetTemperatureV",
      (nvml) => nvml.nvmlDeviceGetTemperatureV?.(this.#handle, versioned),
    );
    if (ok) return versioned[2] ?? null;
    return this.#number(
      "nvmlDeviceGetTemperature",
      (nvml, out) => nvml.nvmlDeviceGetTemperature?.(this.#handle, SENSOR_GPU, out),
    );
  }

  async powerWatts(): Promise<number | null> {
    const milliwatts = await this.#number(
      "nvmlDeviceGetPowerUsage",
      (nvml, out) => nvml.nvmlDeviceGetPowerUsage?.(this.#handle, out),
    );
    return milliwatts === null ? null : milliwatts / 1000;
  }

  /** Percent of the intended top speed, what the driver asks of the fan; may exceed 100. */
  fanPercent(): Promise<number | null> {
    return this.#number(
      "nvmlDeviceGetFanSpeed",
      (nvml, out) => nvml.nvmlDeviceGetFanSpeed?.(this.#handle, out),
    );
  }

  graphicsClockMhz(): Promise<number | null> {
    return this.#number(
      "nvmlDeviceGetClockInfo",
      (nvml, out) => nvml.nvmlDeviceGetClockInfo?.(this.#handle, CLOCK_GRAPHICS, out),
    );
  }

  /** Bit mask of why the clock is held down; see throttle_reasons.ts. */
  async throttleReasons(): Promise<bigint | null> {
    const mask = new BigUint64Array(new ArrayBuffer(8));
    const ok = await this.#ok(
      "nvmlDeviceGetCurrentClocksEventReasons",
      (nvml) => nvml.nvmlDeviceGetCurrentClocksEventReasons?.(this.#handle, mask),
    ) || await this.#ok(
      "nvmlDeviceGetCurrentClocksThrottleReasons",
      (nvml) => nvml.nvmlDeviceGetCurrentClocksThrottleReasons?.(this.#handle, mask),
    );
    return ok ? mask[0] ?? null : null;
  }

  async encoderStats(): Promise<EncoderStats | null> {
    const [sessions, fps, latencyUs] = [words(1), words(1), words(1)];
    const ok = await this.#ok(
      "nvmlDeviceGetEncoderStats",
      (nvml) => nvml.nvmlDeviceGetEncoderStats?.(this.#handle, sessions, fps, latencyUs),
    );
    return ok ? { sessions: sessions[0] ?? 0, latencyUs: latencyUs[0] ?? 0 } : null;
  }

  /** All programs' encoder sessions on this card. */
  async encoderSessions(): Promise<EncoderSession[] | null> {
    let sessions = await this.#sessions(USUAL_SESSIONS);
    if (sessions === undefined) sessions = await this.#sessions(MOST_SESSIONS);
    return sessions ?? null;
  }

  /** Undefined if there are more sessions than room for them. */
  async #sessions(room: number): Promise<EncoderSession[] | null | undefined> {
    const count = words(1);
    count[0] = room;
    const items = words(room * SESSION_WORDS);
    const code = await this.#call(
      "nvmlDeviceGetEncoderSessions",
      (nvml) => nvml.nvmlDeviceGetEncoderSessions?.(this.#handle, count, items),
    );
    if (code === NVML_CODE.INSUFFICIENT_SIZE) return undefined;
    if (code !== NVML_CODE.SUCCESS) return null;
    return readSessions(items, Math.min(count[0] ?? 0, room));
  }

  async #ok(name: keyof NvmlSymbols, start: StartCall): Promise<boolean> {
    return await this.#call(name, start) === NVML_CODE.SUCCESS;
  }

  async #number(
    name: keyof NvmlSymbols,
    start: (nvml: NvmlSymbols, out: Uint32Array<ArrayBuffer>) => Promise<number> | undefined,
  ): Promise<number | null> {
    const out = words(2);
    const ok = await this.#ok(name, (nvml) => start(nvml, out));
    const value = out[0];
    return !ok || value === undefined || value === NOT_AVAILABLE_U32 ? null : value;
  }
}

/** Memory outside the engine's heap; see text_buffer.ts. */
function words(count: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(new ArrayBuffer(count * 4));
}

function readSessions(items: Uint32Array, count: number): EncoderSession[] {
  return Array.from({ length: count }, (_, index) => ({
    pid: items[index * SESSION_WORDS + SESSION_PID] ?? 0,
    latencyUs: items[index * SESSION_WORDS + SESSION_LATENCY_US] ?? 0,
  }));
}
