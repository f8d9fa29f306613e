/** Names in a folder of /proc, through the C library: Deno itself opens /proc only to a program with every permission. */
import { LIBC_CANDIDATES } from "./libc.ts";

const SYMBOLS = {
  open: {
    parameters: ["buffer", "i32"], // const char *path, int flags
    result: "i32",
  },
  syscall: {
    // long number, int fd, void *entries, size_t count; declared variadic, which is the same call
    parameters: ["i64", "i64", "buffer", "i64"],
    result: "i64",
  },
  close: {
    parameters: ["i32"], // int fd
    result: "i32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** Number of `getdents64` (Linux, arch/x86/entry/syscalls/syscall_64.tbl, asm-generic/unistd.h). */
const GETDENTS64: Readonly<Record<typeof Deno.build.arch, bigint>> = { x86_64: 217n, aarch64: 61n };

/** `O_RDONLY | O_CLOEXEC`; a folder needs no flag of its own. */
const OPEN_FLAGS = 0o2000000;

/** `struct linux_dirent64` (getdents(2)): u64 inode, i64 offset, u16 length, u8 type, name. */
const ENTRY = { length: 16, name: 19 } as const;

/** The names in a buffer that `getdents64` filled. */
export function parseEntries(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = 0; at + ENTRY.name < bytes.length;) {
    const length = view.getUint16(at + ENTRY.length, true);
    if (length === 0) break;
    const name = bytes.subarray(at + ENTRY.name, at + length);
    names.push(new TextDecoder().decode(name.subarray(0, name.indexOf(0))));
    at += length;
  }
  return names;
}

/**
 * The names in a folder that the kernel itself answers for.
 * @throws if the C library or the folder cannot be opened or read
 */
export function listFolder(path: string): string[] {
  const library = open();
  const c = library.symbols;
  try {
    const fd = c.open(new TextEncoder().encode(`${path}\0`), OPEN_FLAGS);
    if (fd < 0) throw new Error(`Cannot open ${path}`);
    try {
      const buffer = new Uint8Array(32 << 10);
      const names: string[] = [];
      for (;;) {
        const number = GETDENTS64[Deno.build.arch];
        const read = Number(c.syscall(number, BigInt(fd), buffer, BigInt(buffer.length)));
        if (read < 0) throw new Error(`Cannot list ${path}`);
        if (read === 0) return names;
        names.push(...parseEntries(buffer.subarray(0, read)));
      }
    } finally {
      c.close(fd);
    }
  } finally {
    library.close();
  }
}

function open(): Deno.DynamicLibrary<typeof SYMBOLS> {
  let cause: unknown;
  for (const path of LIBC_CANDIDATES[Deno.build.arch]) {
    try {
      return Deno.dlopen(path, SYMBOLS);
    } catch (error) {
      cause = error;
    }
  }
  throw new Error("Cannot load the C library", { cause });
}
