/** Texts in the current user's part of Windows's registry. */
import { DEFAULT_SYSTEM_ROOT, wideString } from "./kernel32.ts";

/** Source of the declarations: Microsoft's `winreg.h`. A key's handle is passed as `usize`. */
const SYMBOLS = {
  RegGetValueW: {
    // HKEY, LPCWSTR subkey, LPCWSTR value, DWORD flags, DWORD *type, void *data, DWORD *bytes
    parameters: ["usize", "buffer", "buffer", "u32", "usize", "buffer", "buffer"],
    result: "u32",
  },
  RegSetKeyValueW: {
    // HKEY, LPCWSTR subkey, LPCWSTR value, DWORD type, const void *data, DWORD bytes
    parameters: ["usize", "buffer", "buffer", "u32", "buffer", "u32"],
    result: "u32",
  },
  RegDeleteKeyValueW: {
    parameters: ["usize", "buffer", "buffer"], // HKEY, LPCWSTR subkey, LPCWSTR value
    result: "u32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** HKEY_CURRENT_USER (winreg.h), which is a signed 32-bit number made longer. */
const CURRENT_USER = 0xffff_ffff_8000_0001n;
/** REG_SZ (winnt.h). */
const TEXT = 1;
/** RRF_RT_REG_SZ (winreg.h): texts alone, with their closing zero. */
const TEXTS_ONLY = 2;
/** ERROR_FILE_NOT_FOUND (winerror.h). */
const ABSENT = 2;
const MOST_BYTES = 64 * 1024;

/** One value. */
export interface RegistryText {
  /** Null if it is not there. */
  read(): string | null;
  write(text: string): void;
  /** Nothing happens if it is not there. */
  remove(): void;
  close(): void;
}

/**
 * Opens a value of the current user's. Its methods throw if Windows refuses.
 * @param key such as `Software\Vendor`
 * @throws if advapi32 may not be loaded, as on any system but Windows
 */
export function openRegistryText(
  { key, name, systemRoot = DEFAULT_SYSTEM_ROOT }: {
    key: string;
    name: string;
    systemRoot?: string | undefined;
  },
): RegistryText {
  const advapi32 = Deno.dlopen(`${systemRoot}\\System32\\advapi32.dll`, SYMBOLS);
  const { RegGetValueW, RegSetKeyValueW, RegDeleteKeyValueW } = advapi32.symbols;
  const place = [wideString(key), wideString(name)] as const;

  function check(code: number, call: string): void {
    if (code !== 0) throw new Error(`Windows refuses ${key}\\${name} (${call}, error ${code})`);
  }

  return {
    read() {
      const data = new Uint8Array(MOST_BYTES);
      const size = new Uint32Array([MOST_BYTES]);
      const bytes = new Uint8Array(size.buffer);
      const code = RegGetValueW(CURRENT_USER, ...place, TEXTS_ONLY, 0n, data, bytes);
      if (code === ABSENT) return null;
      check(code, "RegGetValue");
      const text = new TextDecoder("utf-16le").decode(data.subarray(0, size[0]));
      return text.split("\0", 1)[0] ?? "";
    },
    write(text) {
      const data = wideString(text);
      check(RegSetKeyValueW(CURRENT_USER, ...place, TEXT, data, data.length), "RegSetKeyValue");
    },
    remove() {
      const code = RegDeleteKeyValueW(CURRENT_USER, ...place);
      if (code !== ABSENT) check(code, "RegDeleteKeyValue");
    },
    close: () => advapi32.close(),
  };
}
