import type { NvmlSymbols } from "./bindings.ts";

/** Starts one call; undefined where the library has no such function. */
export type StartCall = (symbols: NvmlSymbols) => Promise<number> | undefined;

/**
 * Makes one call. Resolves to 0 for success, else to the code that says why this figure is not to
 * be had.
 * @throws NvmlError if the driver or the card itself is gone
 */
export type NvmlCall = (name: keyof NvmlSymbols, start: StartCall) => Promise<number>;
