/** Memory of Windows's own, for structures that hold addresses. */
import { newBytes } from "../bytes/secret_bytes.ts";
import { DEFAULT_SYSTEM_ROOT } from "./kernel32.ts";

/** Addresses are passed as `usize`, since pointers cannot be made under scoped FFI grants. */
const SYMBOLS = {
  LocalAlloc: {
    parameters: ["u32", "usize"], // UINT uFlags, SIZE_T bytes
    result: "usize",
  },
  LocalFree: {
    parameters: ["usize"], // HLOCAL
    result: "usize",
  },
  copyIn: {
    name: "RtlMoveMemory",
    parameters: ["usize", "buffer", "usize"], // void *to, const void *from, SIZE_T length
    result: "void",
  },
  copyOut: {
    name: "RtlMoveMemory",
    parameters: ["buffer", "usize", "usize"],
    result: "void",
  },
  RtlZeroMemory: {
    parameters: ["usize", "usize"], // void *at, SIZE_T length
    result: "void",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** LMEM_ZEROINIT (winbase.h). */
const ZEROED = 0x40;

/** A block that stays where it is until it is freed. */
export interface NativeBlock {
  readonly address: bigint;
  readonly size: number;
  /** Fills the block's beginning. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** A copy of `length` bytes from offset `from` on, in memory of its own. */
  read(length: number, from?: number): Uint8Array<ArrayBuffer>;
  /** Fills the block with zeros. */
  wipe(): void;
  free(): void;
}

/** Windows's heap. */
export interface NativeMemory {
  /** A block of zeros. @throws if Windows has no memory left */
  allocate(size: number): NativeBlock;
  /** A block that Windows allocated with LocalAlloc and left to the caller to free. */
  adopt(address: bigint, size: number): NativeBlock;
  close(): void;
}

/** @throws if kernel32 may not be loaded, as on any system but Windows */
export function openNativeMemory(systemRoot: string = DEFAULT_SYSTEM_ROOT): NativeMemory {
  const kernel32 = Deno.dlopen(`${systemRoot}\\System32\\kernel32.dll`, SYMBOLS);
  const { LocalAlloc, LocalFree, RtlZeroMemory, copyIn, copyOut } = kernel32.symbols;

  function adopt(address: bigint, size: number): NativeBlock {
    return {
      address,
      size,
      write(bytes) {
        copyIn(address, bytes, BigInt(Math.min(bytes.length, size)));
      },
      read(length, from = 0) {
        const bytes = newBytes(Math.max(0, Math.min(length, size - from)));
        copyOut(bytes, address + BigInt(from), BigInt(bytes.length));
        return bytes;
      },
      wipe: () => RtlZeroMemory(address, BigInt(size)),
      free: () => void LocalFree(address),
    };
  }

  return {
    allocate(size) {
      const address = LocalAlloc(ZEROED, BigInt(size));
      if (address === 0n) throw new Error("Windows has no memory left");
      return adopt(address, size);
    },
    adopt,
    close: () => kernel32.close(),
  };
}
