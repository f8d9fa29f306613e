/** The two calls of macOS's C library that the collectors need. */

/** macOS has had its C library under this name in every version. */
export const LIBSYSTEM_PATH = "/usr/lib/libSystem.B.dylib";

/**
 * On Intel the plain name is the old call with 32-bit inodes and another layout, on Apple silicon
 * there is one only (Apple, sys/cdefs.h, `__DARWIN_INODE64`).
 */
const STATFS_NAME = { x86_64: "statfs$INODE64", aarch64: "statfs" } as const;

function symbols(arch: typeof Deno.build.arch) {
  return {
    statfs: {
      name: STATFS_NAME[arch],
      parameters: ["buffer", "buffer"], // const char *path, struct statfs *out
      result: "i32",
      nonblocking: true,
    },
    sysctl: {
      // int *name, u_int namelen, void *old, size_t *oldlen, void *new, size_t newlen
      parameters: ["buffer", "u32", "buffer", "buffer", "pointer", "usize"],
      result: "i32",
    },
  } as const satisfies Deno.ForeignLibraryInterface;
}

/**
 * `struct statfs` with 64-bit inodes (Apple, sys/mount.h, `__DARWIN_STRUCT_STATFS64`): u32 f_bsize
 * 0, i32 f_iosize 4, u64 f_blocks 8, f_bfree 16, f_bavail 24, …, 2168 bytes in all.
 */
const STATFS = { size: 2168, bsize: 0, bavail: 24 } as const;

/**
 * CTL_NET 4, PF_ROUTE 17, protocol 0, family 0, NET_RT_IFLIST2 6, all interfaces 0 (Apple,
 * sys/sysctl.h and sys/socket.h).
 */
const INTERFACE_LIST = Int32Array.of(4, 17, 0, 0, 6, 0);

/** macOS's C library. */
export interface LibSystem {
  /**
   * Bytes free to an unprivileged user on the volume that holds `path`; null if the system cannot
   * say, for one because there is no such path. Runs beside the program.
   */
  freeBytes(path: string): Promise<number | null>;
  /**
   * The routing messages that describe all interfaces; valid until the next call.
   * @throws if the system refuses them.
   */
  interfaceMessages(): Uint8Array;
  close(): void;
}

const encoder = new TextEncoder();

/** Free bytes in a `struct statfs`. */
export function parseStatfs(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, STATFS.size);
  return view.getUint32(STATFS.bsize, true) * Number(view.getBigUint64(STATFS.bavail, true));
}

/**
 * Loads macOS's C library.
 * @throws if it may not be loaded.
 */
export function openLibSystem(
  { path = LIBSYSTEM_PATH, arch = Deno.build.arch }: {
    path?: string;
    arch?: typeof Deno.build.arch;
  } = {},
): LibSystem {
  const library = Deno.dlopen(path, symbols(arch));
  const c = library.symbols;
  /** Buffers that a call outside of JavaScript still uses, kept from the garbage collector. */
  const held = new Set<Uint8Array[]>();
  const name = new Uint8Array(INTERFACE_LIST.buffer);
  let messages = new Uint8Array(32 << 10);

  /** Length of the answer, or null if it does not fit or is refused. */
  function interfaceList(): number | null {
    const length = BigUint64Array.of(BigInt(messages.length));
    const bytes = new Uint8Array(length.buffer);
    const code = c.sysctl(name, INTERFACE_LIST.length, messages, bytes, null, 0n);
    return code === 0 ? Number(length[0]) : null;
  }

  return {
    async freeBytes(path) {
      const buffers = [encoder.encode(`${path}\0`), new Uint8Array(STATFS.size)] as const;
      const call = [...buffers];
      held.add(call);
      try {
        return await c.statfs(...buffers) === 0 ? parseStatfs(buffers[1]) : null;
      } finally {
        held.delete(call);
      }
    },
    interfaceMessages() {
      for (let length = interfaceList(); messages.length <= 1 << 20; length = interfaceList()) {
        if (length !== null) return messages.subarray(0, length);
        messages = new Uint8Array(messages.length * 2);
      }
      messages = new Uint8Array(32 << 10);
      throw new Error("macOS refuses the list of network interfaces (sysctl NET_RT_IFLIST2)");
    },
    close: () => library.close(),
  };
}
