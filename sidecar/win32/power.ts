/** How Windows is powered, through powrprof.dll and kernel32.dll. */
import { DEFAULT_SYSTEM_ROOT } from "./kernel32.ts";

const POWRPROF = {
  PowerGetActiveScheme: {
    parameters: ["usize", "buffer"], // HKEY UserRootPowerKey (NULL), GUID **ActivePolicyGuid
    result: "u32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

const KERNEL32 = {
  GetSystemPowerStatus: {
    parameters: ["buffer"], // SYSTEM_POWER_STATUS *out
    result: "i32",
  },
  RtlMoveMemory: {
    parameters: ["buffer", "usize", "usize"], // void *to, const void *from, SIZE_T length
    result: "void",
  },
  LocalFree: {
    parameters: ["usize"], // HLOCAL memory
    result: "usize",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * SYSTEM_POWER_STATUS (Microsoft, winbase.h): u8 ACLineStatus 0 (0 battery, 1 mains, 255 unknown),
 * four more bytes, u32 seconds left, u32 seconds when full; 12 bytes.
 */
const STATUS_SIZE = 12;
const ON_BATTERY = 0;
const ON_MAINS = 1;

const GUID_SIZE = 16;

/** What Windows says of its power. */
export interface WindowsPower {
  /** GUID of the active power plan in lower case; null if Windows does not tell. */
  planGuid: string | null;
  /** Null if Windows does not know. */
  onBattery: boolean | null;
}

/** A GUID (Microsoft, guiddef.h: u32, u16, u16, 8 bytes) as text in lower case. */
export function guidText(bytes: Uint8Array): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const hex = order.map((at) => (bytes[at] ?? 0).toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Whether a SYSTEM_POWER_STATUS says that the machine runs on its battery. */
export function parsePowerStatus(bytes: Uint8Array): boolean | null {
  if (bytes[0] === ON_BATTERY) return true;
  return bytes[0] === ON_MAINS ? false : null;
}

/**
 * Asks Windows once.
 * @param systemRoot `%SystemRoot%`
 * @throws if the libraries may not be loaded
 */
export function readWindowsPower(systemRoot: string = DEFAULT_SYSTEM_ROOT): WindowsPower {
  const kernel32 = Deno.dlopen(`${systemRoot}\\System32\\kernel32.dll`, KERNEL32);
  try {
    const powrprof = Deno.dlopen(`${systemRoot}\\System32\\powrprof.dll`, POWRPROF);
    try {
      const status = new Uint8Array(STATUS_SIZE);
      const isTold = kernel32.symbols.GetSystemPowerStatus(status) !== 0;
      const address = new BigUint64Array(1);
      const code = powrprof.symbols.PowerGetActiveScheme(0n, new Uint8Array(address.buffer));
      const onBattery = isTold ? parsePowerStatus(status) : null;
      const from = address[0] ?? 0n;
      if (code !== 0 || from === 0n) return { planGuid: null, onBattery };
      const guid = new Uint8Array(GUID_SIZE);
      kernel32.symbols.RtlMoveMemory(guid, from, BigInt(GUID_SIZE));
      kernel32.symbols.LocalFree(from);
      return { planGuid: guidText(guid), onBattery };
    } finally {
      powrprof.close();
    }
  } finally {
    kernel32.close();
  }
}
