/** Windows's data protection (DPAPI), which encrypts for one user of one machine. */
import { newBytes, wipe } from "../bytes/secret_bytes.ts";
import { DEFAULT_SYSTEM_ROOT } from "./kernel32.ts";
import { type NativeBlock, openNativeMemory } from "./native_memory.ts";

/**
 * Pointers are passed as `usize`, since pointers cannot be made under scoped FFI grants. Microsoft,
 * dpapi.h: both calls take DATA_BLOB *in, a description, DATA_BLOB *entropy, void *reserved,
 * CRYPTPROTECT_PROMPTSTRUCT *prompt, DWORD flags, DATA_BLOB *out.
 */
const CRYPT32_SYMBOLS = {
  CryptProtectData: {
    parameters: ["usize", "usize", "usize", "usize", "usize", "u32", "usize"],
    result: "i32",
    nonblocking: true,
  },
  CryptUnprotectData: {
    parameters: ["usize", "usize", "usize", "usize", "usize", "u32", "usize"],
    result: "i32",
    nonblocking: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** CRYPTPROTECT_UI_FORBIDDEN (dpapi.h): an error in place of a dialog. */
const NO_DIALOG = 1;

/** DATA_BLOB on 64-bit Windows (dpapi.h): u32 size 0, pointer 8, 16 bytes in all. */
const BLOB = { size: 16, length: 0, pointer: 8 } as const;

/** One block holds three DATA_BLOBs, then the input, then the entropy. */
const BLOCK = { input: 0, entropy: BLOB.size, output: 2 * BLOB.size, data: 3 * BLOB.size } as const;

/** DPAPI. */
export interface Crypt32 {
  /**
   * Encrypts for this user on this machine. The same entropy is needed to decrypt.
   * @throws if Windows refuses
   */
  protect(plain: Uint8Array, entropy: Uint8Array): Promise<Uint8Array>;
  /**
   * Decrypts into a buffer that the caller wipes.
   * @throws if Windows refuses: another user, another machine, other entropy, damage
   */
  unprotect(sealed: Uint8Array, entropy: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** The native block for a call whose block begins at `address`. */
export function dpapiBlock(
  { input, entropy }: { input: Uint8Array; entropy: Uint8Array },
  address: bigint,
): Uint8Array<ArrayBuffer> {
  const block = newBytes(BLOCK.data + input.length + entropy.length);
  const view = new DataView(block.buffer);
  const write = (blob: number, data: { at: number; bytes: Uint8Array }) => {
    view.setUint32(blob + BLOB.length, data.bytes.length, true);
    view.setBigUint64(blob + BLOB.pointer, address + BigInt(data.at), true);
    block.set(data.bytes, data.at);
  };
  write(BLOCK.input, { at: BLOCK.data, bytes: input });
  write(BLOCK.entropy, { at: BLOCK.data + input.length, bytes: entropy });
  return block;
}

/** Where a DATA_BLOB's data lie, and how long they are. */
export function parseBlob(blob: Uint8Array): { address: bigint; length: number } {
  const view = new DataView(blob.buffer, blob.byteOffset, BLOB.size);
  return {
    address: view.getBigUint64(BLOB.pointer, true),
    length: view.getUint32(BLOB.length, true),
  };
}

/**
 * Loads DPAPI. Calls run on a thread of their own: a domain controller may be asked.
 * @throws if it may not be loaded, as on any system but Windows
 */
export function openCrypt32(
  { systemRoot = DEFAULT_SYSTEM_ROOT }: { systemRoot?: string | undefined } = {},
): Crypt32 {
  const memory = openNativeMemory(systemRoot);
  const crypt32 = Deno.dlopen(`${systemRoot}\\System32\\crypt32.dll`, CRYPT32_SYMBOLS);

  function takeOutput(block: NativeBlock): Uint8Array {
    const { address, length } = parseBlob(block.read(BLOB.size, BLOCK.output));
    const output = memory.adopt(address, length);
    try {
      return output.read(length);
    } finally {
      output.wipe();
      output.free();
    }
  }

  async function call(
    name: keyof typeof CRYPT32_SYMBOLS,
    data: { input: Uint8Array; entropy: Uint8Array },
  ): Promise<Uint8Array> {
    const block = memory.allocate(BLOCK.data + data.input.length + data.entropy.length);
    try {
      const bytes = dpapiBlock(data, block.address);
      block.write(bytes);
      wipe(bytes);
      const at = (offset: number) => block.address + BigInt(offset);
      const { [name]: run } = crypt32.symbols;
      const ok = await run(
        at(BLOCK.input),
        0n,
        at(BLOCK.entropy),
        0n,
        0n,
        NO_DIALOG,
        at(BLOCK.output),
      );
      if (ok === 0) throw new Error(`Windows refuses (${name})`);
      return takeOutput(block);
    } finally {
      block.wipe();
      block.free();
    }
  }

  return {
    protect: (input, entropy) => call("CryptProtectData", { input, entropy }),
    unprotect: (input, entropy) => call("CryptUnprotectData", { input, entropy }),
    close() {
      crypt32.close();
      memory.close();
    },
  };
}
