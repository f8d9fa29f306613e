/** Numbers of all Windows processes, through kernel32. */

/** Source of the declaration: Microsoft's `psapi.h`, version 2, in kernel32 since Windows 7. */
const SYMBOLS = {
  K32EnumProcesses: {
    // DWORD *lpidProcess, DWORD cb, LPDWORD lpcbNeeded: bytes in, bytes filled out
    parameters: ["buffer", "u32", "buffer"],
    result: "i32", // BOOL
  },
} as const satisfies Deno.ForeignLibraryInterface;

const MAX_PROCESSES = 1 << 16;

/**
 * @param systemRoot `%SystemRoot%`
 * @throws if kernel32 cannot be opened, as on any system but Windows, or refuses
 */
export function listProcessesWindows(systemRoot = "C:\\Windows"): number[] {
  const kernel32 = Deno.dlopen(`${systemRoot}\\System32\\kernel32.dll`, SYMBOLS);
  try {
    const pids = new Uint32Array(MAX_PROCESSES);
    const needed = new Uint32Array(1);
    const { K32EnumProcesses } = kernel32.symbols;
    if (K32EnumProcesses(pids, pids.byteLength, needed) === 0) {
      throw new Error("Windows refuses the list of processes (EnumProcesses)");
    }
    return [...pids.subarray(0, (needed[0] ?? 0) / 4)];
  } finally {
    kernel32.close();
  }
}
