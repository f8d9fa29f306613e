/** NVIDIA's management library, opened with `Deno.dlopen`. */
import { NVML_SYMBOLS, type NvmlSymbols } from "./bindings.ts";
import type { NvmlCall, StartCall } from "./nvml_call.ts";
import { NvmlDevice } from "./nvml_device.ts";
import { checkCode, NVML_CODE, NvmlError } from "./nvml_error.ts";
import { textBuffer, textOf } from "./text_buffer.ts";

/** `NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE` of `nvml.h`. */
const DRIVER_VERSION_BYTES = 80;

/**
 * One opened library. Start it before anything else. Calls run on a thread of their own, so that
 * a driver that hangs never stops the event loop, and each has buffers of its own, which live
 * until it ends.
 */
export class Nvml {
  readonly #library: Deno.DynamicLibrary<typeof NVML_SYMBOLS>;
  readonly #missing = new Set<keyof NvmlSymbols>();
  #running = 0;
  #closing: Promise<void> | null = null;
  #allReturned: PromiseWithResolvers<void> | null = null;

  constructor(library: Deno.DynamicLibrary<typeof NVML_SYMBOLS>) {
    this.#library = library;
  }

  /** @throws NvmlError if the driver does not take part */
  start(): Promise<void> {
    return this.#require("nvmlInit_v2", (nvml) => nvml.nvmlInit_v2?.());
  }

  /** The driver's version as NVIDIA writes it, `560.94`; null if it does not tell. */
  async driverVersion(): Promise<string | null> {
    const text = textBuffer(DRIVER_VERSION_BYTES);
    const code = await this.#call(
      "nvmlSystemGetDriverVersion",
      (nvml) => nvml.nvmlSystemGetDriverVersion?.(text, text.length),
    );
    return code === NVML_CODE.SUCCESS ? textOf(text) : null;
  }

  /** @throws NvmlError if the cards cannot be counted */
  async deviceCount(): Promise<number> {
    const count = new Uint32Array(new ArrayBuffer(4));
    await this.#require("nvmlDeviceGetCount_v2", (nvml) => nvml.nvmlDeviceGetCount_v2?.(count));
    return count[0] ?? 0;
  }

  /**
   * The card at `index`, counted from 0 in the order of the bus.
   * @throws NvmlError if this card cannot be had
   */
  async device(index: number): Promise<NvmlDevice> {
    const handle = new BigUint64Array(new ArrayBuffer(8));
    await this.#require(
      "nvmlDeviceGetHandleByIndex_v2",
      (nvml) => nvml.nvmlDeviceGetHandleByIndex_v2?.(index, handle),
    );
    return new NvmlDevice(handle[0] ?? 0n, this.#call);
  }

  /**
   * Gives the library back. Calls from now on fail. While a call runs, its memory and the
   * library's code stay: they go when it returns, and only then does the promise resolve, so do
   * not wait for it behind a call that hangs.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#shutDown();
  }

  async #shutDown(): Promise<void> {
    if (this.#running > 0) {
      this.#allReturned = Promise.withResolvers();
      await this.#allReturned.promise;
    }
    try {
      await this.#library.symbols.nvmlShutdown?.();
    } catch {
      // Not a whole NVML: then there is nothing to shut down.
    }
    this.#library.close();
  }

  async #returnCode(name: keyof NvmlSymbols, start: StartCall): Promise<number> {
    if (this.#closing) return NVML_CODE.UNINITIALIZED;
    if (this.#missing.has(name)) return NVML_CODE.FUNCTION_NOT_FOUND;
    this.#running++;
    try {
      return await (start(this.#library.symbols) ?? NVML_CODE.FUNCTION_NOT_FOUND);
    } catch (error) {
      // Deno 2.9 hands out nonblocking functions that are missing, and fails when they are called.
      if (!(error instanceof TypeError)) throw error;
      this.#missing.add(name);
      return NVML_CODE.FUNCTION_NOT_FOUND;
    } finally {
      this.#running--;
      if (this.#running === 0) this.#allReturned?.resolve();
    }
  }

  readonly #call: NvmlCall = async (name, start) =>
    checkCode(name, await this.#returnCode(name, start));

  async #require(name: keyof NvmlSymbols, start: StartCall): Promise<void> {
    const code = await this.#call(name, start);
    if (code !== NVML_CODE.SUCCESS) throw new NvmlError(name, code);
  }
}

/**
 * Opens the first library of `paths` that can be loaded. A machine without NVIDIA's driver is
 * nothing special: null. Paths for which no FFI grant was given are passed over without a prompt.
 */
export function openNvml(paths: readonly string[]): Nvml | null {
  for (const path of paths) {
    if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") continue;
    try {
      return new Nvml(Deno.dlopen(path, NVML_SYMBOLS));
    } catch {
      // Not there, or built for another processor: the next place may have it.
    }
  }
  return null;
}
