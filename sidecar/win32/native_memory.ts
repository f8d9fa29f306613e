/** Memory of Windows's own, for structures that hold addresses. */
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
} as const satisfies Deno.ForeignLibraryInterface;

/** LMEM_ZEROINIT (winbase.h). */
const ZEROED = 0x40;

/** A block that stays where it is until it is freed. */
export interface NativeBlock {
  readonly address: bigint;
  readonly size: number;
  /** Fills the block's beginning. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** The block's first bytes. */
  read(length: number): Uint8Array<ArrayBuffer>;
  free(): void;
}

/** Windows's heap. */
export interface NativeMemory {
  /** A block of zeros. @throws if Windows has no memory left */
  allocate(size: number): NativeBlock;
  close(): void;
}

/** @throws if kernel32 may not be loaded, as on any system but Windows */
export function openNativeMemory(systemRoot: string = DEFAULT_SYSTEM_ROOT): NativeMemory {
  const kernel32 = Deno.dlopen(`${systemRoot}\\System32\\kernel32.dll`, SYMBOLS);
  const { LocalAlloc, LocalFree, copyIn, copyOut } = kernel32.symbols;
  return {
    allocate(size) {
      const address = LocalAlloc(ZEROED, BigInt(size));
      if (address === 0n) throw new Error("Windows has no memory left");
      return {
        address,
        size,
        write(bytes) {
          copyIn(address, bytes, BigInt(Math.min(bytes.length, size)));
        },
        read(length) {
          const bytes = new Uint8Array(Math.min(length, size));
          copyOut(bytes, address, BigInt(bytes.length));
          return bytes;
        },
        free: () => void LocalFree(address),
      };
    },
    close: () => kernel32.close(),
  };
}
