/** Names of Windows processes, through kernel32. */

/**
 * Source of the declarations: Microsoft's `processthreadsapi.h`, `winbase.h` and `handleapi.h`.
 * A HANDLE is passed as `usize`, since pointers cannot be made under scoped FFI grants.
 */
const KERNEL32_SYMBOLS = {
  OpenProcess: {
    parameters: [
      "u32", // DWORD dwDesiredAccess
      "i32", // BOOL bInheritHandle
      "u32", // DWORD dwProcessId
    ],
    result: "usize", // HANDLE, 0 for failure
  },
  QueryFullProcessImageNameW: {
    parameters: [
      "usize", // HANDLE hProcess
      "u32", // DWORD dwFlags, 0 for a Win32 path
      "buffer", // LPWSTR lpExeName
      "buffer", // PDWORD lpdwSize: room in, characters out, in UTF-16 units
    ],
    result: "i32", // BOOL
  },
  CloseHandle: {
    parameters: [
      "usize", // HANDLE hObject
    ],
    result: "i32", // BOOL
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** `PROCESS_QUERY_LIMITED_INFORMATION` of `winnt.h`: granted also for processes run as admin. */
const QUERY_LIMITED_INFORMATION = 0x1000;
/** Longest path in UTF-16 units that Windows has. */
const LONGEST_PATH = 32_767;

/** Looks up processes by their numbers. */
export interface ProcessNames {
  /** File name of the program, such as `obs64.exe`; null if the process is gone or hidden. */
  programName(pid: number): string | null;
  /** Its whole path. */
  programPath(pid: number): string | null;
  close(): void;
}

/**
 * Opens kernel32 by its whole path, as scoped FFI grants want it.
 * @param systemRoot `%SystemRoot%`
 * @throws if it cannot be opened, as on any system but Windows
 */
export function openProcessNames(systemRoot = "C:\\Windows"): ProcessNames {
  const kernel32 = Deno.dlopen(`${systemRoot}\\System32\\kernel32.dll`, KERNEL32_SYMBOLS);
  const { OpenProcess, QueryFullProcessImageNameW, CloseHandle } = kernel32.symbols;

  let path: Uint16Array<ArrayBuffer> | null = null;

  function imagePath(handle: bigint): string | null {
    path ??= new Uint16Array(LONGEST_PATH + 1);
    const size = new Uint32Array([path.length]);
    if (QueryFullProcessImageNameW(handle, 0, path, size) === 0) return null;
    return new TextDecoder("utf-16le").decode(path.subarray(0, size[0]));
  }

  function programPath(pid: number): string | null {
    const handle = BigInt(OpenProcess(QUERY_LIMITED_INFORMATION, 0, pid));
    if (handle === 0n) return null;
    try {
      return imagePath(handle);
    } finally {
      CloseHandle(handle);
    }
  }

  return {
    programName: (pid) => programPath(pid)?.split("\\").at(-1) ?? null,
    programPath,
    close: () => kernel32.close(),
  };
}
