/**
 * The few calls of the C library that the collectors need. Small files under /proc and /sys are
 * read here too: Deno opens those folders only to a program with every permission there is.
 */

const SYMBOLS = {
  open: {
    parameters: ["buffer", "i32"], // const char *path, int flags
    result: "i32",
  },
  read: {
    parameters: ["i32", "buffer", "usize"], // int fd, void *buf, size_t count
    result: "isize",
  },
  readBeside: {
    name: "read",
    parameters: ["i32", "buffer", "usize"], // int fd, void *buf, size_t count
    result: "isize",
    nonblocking: true,
  },
  close: {
    parameters: ["i32"], // int fd
    result: "i32",
  },
  access: {
    parameters: ["buffer", "i32"], // const char *path, int mode
    result: "i32",
  },
  statvfs: {
    parameters: ["buffer", "buffer"], // const char *path, struct statvfs *out
    result: "i32",
    nonblocking: true,
  },
  madvise: {
    parameters: ["usize", "usize", "i32"], // void *address, size_t length, int advice
    result: "i32",
  },
  malloc_trim: {
    parameters: ["usize"], // size_t pad
    result: "i32",
    optional: true, // musl has none
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** Where glibc lies on Debian, Fedora and Arch, then where musl lies, then by name alone. */
export const LIBC_CANDIDATES: Readonly<Record<typeof Deno.build.arch, readonly string[]>> = {
  x86_64: [
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
    "/lib/libc.musl-x86_64.so.1",
    "libc.so.6",
  ],
  aarch64: [
    "/lib/aarch64-linux-gnu/libc.so.6",
    "/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
    "/lib/libc.musl-aarch64.so.1",
    "libc.so.6",
  ],
};

/** `O_RDONLY | O_CLOEXEC`, the same on both processors (Linux, asm-generic/fcntl.h). */
const OPEN_FLAGS = 0o2000000;

/** `access` mode that asks for existence alone. */
const F_OK = 0;

/** `madvise` advice: drop the pages now, bring them back when touched (asm-generic/mman-common.h). */
const MADV_DONTNEED = 4;

/** More than any file that is read here; a larger one is cut. */
const MAX_FILE_BYTES = 1 << 20;

/** A file of a driver has one page at most, and that is 4 KiB on all but a few machines. */
const PAGE_BYTES = 4 << 10;

/**
 * `struct statvfs` on 64-bit Linux, glibc (bits/statvfs.h) and musl (sys/statvfs.h) alike:
 * u64 f_bsize 0, f_frsize 8, f_blocks 16, f_bfree 24, f_bavail 32, …, 112 bytes in all.
 */
const STATVFS = { size: 112, frsize: 8, bavail: 32 } as const;

/** The C library. */
export interface Libc {
  /**
   * The file's text, at most 1 MiB of it. Meant for what the kernel itself answers at once, as it
   * does under /proc.
   * @throws if the file cannot be opened or read.
   */
  readText(path: string): string;
  /**
   * The file's text, at most 1 MiB of it, read beside the program. Meant for files of drivers
   * under /sys: a device in trouble keeps a read waiting for seconds.
   * @throws if the file cannot be opened or read.
   */
  readTextBeside(path: string): Promise<string>;
  exists(path: string): boolean;
  /**
   * Bytes free to an unprivileged user on the volume that holds `path`; null if the system cannot
   * say, for one because there is no such path. Runs beside the program: a dead network drive
   * may keep it waiting for minutes.
   */
  freeBytes(path: string): Promise<number | null>;
  /**
   * Drops the pages of the program's own memory from `start` to `end`, addresses of whole pages.
   * Those of a file come back from it when they are next touched; anything else is lost, so the
   * caller must know that nothing was written there.
   */
  dropPages(start: bigint, end: bigint): void;
  /**
   * Gives the system back what lies free in the C library's heaps, of which glibc has one for
   * nearly each thread (malloc_trim(3)). Nothing happens where the C library cannot, as musl.
   */
  trimHeaps(): void;
  close(): void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function cString(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${text}\0`);
}

/** Free bytes in a `struct statvfs`. */
export function parseStatvfs(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, STATVFS.size);
  const blockBytes = view.getBigUint64(STATVFS.frsize, true);
  return Number(blockBytes * view.getBigUint64(STATVFS.bavail, true));
}

function load(paths: readonly string[]): Deno.DynamicLibrary<typeof SYMBOLS> {
  let cause: unknown;
  for (const path of paths) {
    try {
      return Deno.dlopen(path, SYMBOLS);
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(
    `Cannot load the C library from any of ${paths.join(", ")}: allow it with --allow-ffi`,
    { cause },
  );
}

/**
 * Loads the C library.
 * @throws if it is in none of the `paths`, or may not be loaded.
 */
export function openLibc(
  { paths = LIBC_CANDIDATES[Deno.build.arch] }: { paths?: readonly string[] } = {},
): Libc {
  const library = load(paths);
  const c = library.symbols;
  /** Buffers that a call outside of JavaScript still uses, kept from the garbage collector. */
  const held = new Set<Uint8Array[]>();
  let scratch = new Uint8Array(16 << 10);

  function fill(fd: number, path: string): number {
    let length = 0;
    while (length < MAX_FILE_BYTES) {
      if (length === scratch.length) {
        const larger = new Uint8Array(scratch.length * 2);
        larger.set(scratch);
        scratch = larger;
      }
      const space = scratch.subarray(length);
      const read = Number(c.read(fd, space, BigInt(space.length)));
      if (read < 0) throw new Error(`Cannot read ${path}`);
      if (read === 0) break;
      length += read;
    }
    return length;
  }

  function open(path: string): number {
    const fd = c.open(cString(path), OPEN_FLAGS);
    if (fd < 0) throw new Error(`Cannot open ${path}: it is missing or may not be read`);
    return fd;
  }

  return {
    readText(path) {
      const fd = open(path);
      try {
        const length = fill(fd, path);
        return decoder.decode(scratch.subarray(0, length));
      } finally {
        c.close(fd);
      }
    },
    async readTextBeside(path) {
      const fd = open(path);
      const page = new Uint8Array(PAGE_BYTES);
      const call = [page];
      held.add(call);
      try {
        const utf8 = new TextDecoder();
        let text = "";
        while (text.length < MAX_FILE_BYTES) {
          const read = Number(await c.readBeside(fd, page, BigInt(page.length)));
          if (read < 0) throw new Error(`Cannot read ${path}`);
          text += utf8.decode(page.subarray(0, read), { stream: true });
          // Nothing is left behind a page that is not full: the end costs no call of its own.
          if (read < page.length) break;
        }
        return text + utf8.decode();
      } finally {
        held.delete(call);
        c.close(fd);
      }
    },
    exists: (path) => c.access(cString(path), F_OK) === 0,
    async freeBytes(path) {
      const buffers = [cString(path), new Uint8Array(STATVFS.size)] as const;
      const call = [...buffers];
      held.add(call);
      try {
        return await c.statvfs(...buffers) === 0 ? parseStatvfs(buffers[1]) : null;
      } finally {
        held.delete(call);
      }
    },
    dropPages(start, end) {
      // The kernel refuses pages that somebody locked in memory: they stay.
      c.madvise(start, end - start, MADV_DONTNEED);
    },
    trimHeaps() {
      c.malloc_trim?.(0n);
    },
    close: () => library.close(),
  };
}
