/** The calls of Windows's kernel32.dll that the collectors need. */

const SYMBOLS = {
  GetErrorMode: {
    parameters: [],
    result: "u32",
  },
  SetErrorMode: {
    parameters: ["u32"], // UINT uMode
    result: "u32",
  },
  GetSystemTimes: {
    parameters: ["buffer", "buffer", "buffer"], // FILETIME *idle, FILETIME *kernel, FILETIME *user
    result: "i32",
  },
  GlobalMemoryStatusEx: {
    parameters: ["buffer"], // MEMORYSTATUSEX *out
    result: "i32",
  },
  GetDiskFreeSpaceExW: {
    // LPCWSTR directory, ULARGE_INTEGER *freeToCaller, *total, *free
    parameters: ["buffer", "buffer", "pointer", "pointer"],
    result: "i32",
    nonblocking: true,
  },
  RtlMoveMemory: {
    parameters: ["buffer", "usize", "usize"], // void *to, const void *from, SIZE_T length
    result: "void",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** Where Windows is installed unless it was told otherwise. */
export const DEFAULT_SYSTEM_ROOT = "C:\\Windows";

/** SEM_FAILCRITICALERRORS: an empty drive is an error, not a dialog on the user's screen. */
const FAIL_CRITICAL_ERRORS = 1;

/**
 * MEMORYSTATUSEX (Microsoft, sysinfoapi.h): u32 dwLength 0, u32 dwMemoryLoad 4, u64 ullTotalPhys 8,
 * u64 ullAvailPhys 16, …, 64 bytes in all.
 */
const MEMORY_STATUS = { size: 64, length: 0, totalPhys: 8, availPhys: 16 } as const;

/** What GetSystemTimes says, in 100 ns summed over all processors; kernel time includes idle. */
export interface SystemTimes {
  idle: number;
  kernel: number;
  user: number;
}

/** kernel32.dll. */
export interface Kernel32 {
  /** @throws if Windows refuses. */
  systemTimes(): SystemTimes;
  /** Physical memory in bytes. @throws if Windows refuses. */
  memory(): { total: number; available: number };
  /**
   * Bytes free to this user on the volume that holds `directory`, which must end in a backslash;
   * null if Windows cannot say, for one because there is no such folder. Runs beside the program:
   * a dead network share may keep it waiting for minutes.
   */
  freeBytes(directory: string): Promise<number | null>;
  /** Fills `to` from native memory that starts at `address`. */
  copy(to: Uint8Array<ArrayBuffer>, address: bigint): void;
  close(): void;
}

/** The text in UTF-16 with its closing zero. */
export function wideString(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((text.length + 1) * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
  return bytes;
}

/** Total and available bytes in a MEMORYSTATUSEX. */
export function parseMemoryStatus(bytes: Uint8Array): { total: number; available: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, MEMORY_STATUS.size);
  return {
    total: Number(view.getBigUint64(MEMORY_STATUS.totalPhys, true)),
    available: Number(view.getBigUint64(MEMORY_STATUS.availPhys, true)),
  };
}

/**
 * Loads kernel32.dll, and tells Windows to answer for a drive without a medium with an error in
 * place of a dialog, as Microsoft advises every program to do at its start.
 * @throws if it may not be loaded.
 */
export function openKernel32(
  { systemRoot = DEFAULT_SYSTEM_ROOT }: { systemRoot?: string } = {},
): Kernel32 {
  const library = Deno.dlopen(`${systemRoot}\\System32\\kernel32.dll`, SYMBOLS);
  const k = library.symbols;
  k.SetErrorMode(k.GetErrorMode() | FAIL_CRITICAL_ERRORS);
  /** Buffers that a call outside of JavaScript still uses, kept from the garbage collector. */
  const held = new Set<unknown>();
  const times = new BigUint64Array(3);
  const [idle, kernel, user] = [0, 8, 16].map((at) => new Uint8Array(times.buffer, at, 8));
  const memory = new Uint8Array(MEMORY_STATUS.size);

  return {
    systemTimes() {
      if (k.GetSystemTimes(idle!, kernel!, user!) === 0) {
        throw new Error("Windows refuses the processor times (GetSystemTimes)");
      }
      return { idle: Number(times[0]), kernel: Number(times[1]), user: Number(times[2]) };
    },
    memory() {
      new DataView(memory.buffer).setUint32(MEMORY_STATUS.length, MEMORY_STATUS.size, true);
      if (k.GlobalMemoryStatusEx(memory) === 0) {
        throw new Error("Windows refuses the memory figures (GlobalMemoryStatusEx)");
      }
      return parseMemoryStatus(memory);
    },
    async freeBytes(directory) {
      const free = new BigUint64Array(1);
      const call = { path: wideString(directory), free: new Uint8Array(free.buffer) };
      held.add(call);
      try {
        const ok = await k.GetDiskFreeSpaceExW(call.path, call.free, null, null);
        return ok === 0 ? null : Number(free[0]);
      } finally {
        held.delete(call);
      }
    },
    copy: (to, address) => k.RtlMoveMemory(to, address, BigInt(to.length)),
    close: () => library.close(),
  };
}
