/** Windows's performance counters (PDH). */
import { type CounterValue, parseCounterArray } from "./counter_array.ts";
import { DEFAULT_SYSTEM_ROOT, wideString } from "./kernel32.ts";
import type { NativeBlock, NativeMemory } from "./native_memory.ts";

/** Source of the declarations: Microsoft's `pdh.h`. Handles and addresses go as `usize`. */
const SYMBOLS = {
  PdhOpenQueryW: {
    parameters: ["usize", "usize", "buffer"], // LPCWSTR source, DWORD_PTR user, PDH_HQUERY *
    result: "u32",
  },
  PdhAddEnglishCounterW: {
    // PDH_HQUERY, LPCWSTR path, DWORD_PTR user, PDH_HCOUNTER *
    parameters: ["usize", "buffer", "usize", "buffer"],
    result: "u32",
  },
  PdhCollectQueryData: {
    parameters: ["usize"], // PDH_HQUERY
    result: "u32",
    nonblocking: true,
  },
  PdhGetFormattedCounterArrayW: {
    // PDH_HCOUNTER, DWORD format, DWORD *bytes, DWORD *items, PDH_FMT_COUNTERVALUE_ITEM_W *
    parameters: ["usize", "u32", "buffer", "buffer", "usize"],
    result: "u32",
  },
  PdhCloseQuery: {
    parameters: ["usize"], // PDH_HQUERY
    result: "u32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** PDH_FMT_DOUBLE and PDH_FMT_NOCAP100 (pdh.h): above 100 is for the reader to judge. */
const AS_DOUBLE = 0x200 | 0x8000;
/** PDH_MORE_DATA (pdhmsg.h). */
const MORE_DATA = 0x800007d2;
/** PDH_NO_DATA (pdhmsg.h): no counter has an instance now. */
const NO_DATA = 0x800007d5;
/** Room for some thousand instances; it grows where a machine has more. */
const FIRST_ROOM = 256 * 1024;
/** More than any machine's instances take; a larger number means that it was misread. */
const MOST_ROOM = 64 * 1024 * 1024;

/** Some counters, read together. */
export interface CounterQuery {
  /**
   * Reads all counters as they are now. Runs beside the program.
   * @throws if Windows refuses; having none of the counters, or no instance, is no error
   */
  collect(): Promise<void>;
  /**
   * A counter's instances at the last `collect`; null if Windows does not have it, or has no
   * value of it yet, as rates before the second `collect`.
   */
  values(path: string, options?: { withoutZeros?: boolean }): CounterValue[] | null;
  close(): void;
}

/**
 * Opens a query for counters by their English paths, such as `\GPU Engine(*)\Utilization
 * Percentage`, whatever the language of Windows.
 * @throws if PDH may not be loaded or refuses; a counter that is not there is no error
 */
export function openCounterQuery(
  paths: readonly string[],
  { memory, systemRoot = DEFAULT_SYSTEM_ROOT }: { memory: NativeMemory; systemRoot?: string },
): CounterQuery {
  const library = Deno.dlopen(`${systemRoot}\\System32\\pdh.dll`, SYMBOLS);
  const p = library.symbols;
  const handle = new BigUint64Array(1);
  const handleBytes = new Uint8Array(handle.buffer);
  const sizes = new Uint32Array(2);
  const [size, items] = [0, 4].map((at) => new Uint8Array(sizes.buffer, at, 4));
  let block: NativeBlock | null = null;

  const opened = p.PdhOpenQueryW(0n, 0n, handleBytes);
  if (opened !== 0) {
    library.close();
    throw new Error(`Windows refuses its performance counters (${hex(opened)})`);
  }
  const query = handle[0] ?? 0n;
  const counters = new Map<string, bigint>();
  for (const path of paths) {
    if (p.PdhAddEnglishCounterW(query, wideString(path), 0n, handleBytes) === 0) {
      counters.set(path, handle[0] ?? 0n);
    }
  }

  function room(bytes: number): NativeBlock {
    if (block !== null && block.size >= bytes) return block;
    block?.free();
    return block = memory.allocate(bytes);
  }

  function fill(counter: bigint): { from: NativeBlock; length: number } | null {
    for (let bytes = FIRST_ROOM; bytes <= MOST_ROOM; bytes = (sizes[0] ?? 0) + FIRST_ROOM) {
      const into = room(bytes);
      sizes[0] = into.size;
      const code = p.PdhGetFormattedCounterArrayW(counter, AS_DOUBLE, size!, items!, into.address);
      if (code === 0) return { from: into, length: sizes[0] };
      if (code !== MORE_DATA) return null;
    }
    return null;
  }

  return {
    async collect() {
      if (counters.size === 0) return;
      const code = await p.PdhCollectQueryData(query);
      if (code !== 0 && code !== NO_DATA) {
        throw new Error(`Windows refuses its performance counters (${hex(code)})`);
      }
    },
    values(path, { withoutZeros = false } = {}) {
      const counter = counters.get(path);
      const filled = counter === undefined ? null : fill(counter);
      if (filled === null) return null;
      const { from, length } = filled;
      const options = { address: from.address, count: sizes[1] ?? 0, withoutZeros };
      return parseCounterArray(from.read(length), options);
    },
    close() {
      p.PdhCloseQuery(query);
      block?.free();
      library.close();
    },
  };
}

function hex(code: number): string {
  return `0x${code.toString(16)}`;
}
