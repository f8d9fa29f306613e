/** Names of macOS's processes, through libproc, which is part of libSystem. */
import { LIBSYSTEM_PATH } from "./libsystem.ts";

/** Source of the declarations: Apple's `libproc.h`. */
const SYMBOLS = {
  proc_listallpids: {
    parameters: ["buffer", "i32"], // void *buffer, int buffersize
    result: "i32", // how many, 0 or less for failure
  },
  proc_name: {
    parameters: ["i32", "buffer", "u32"], // int pid, void *buffer, uint32_t buffersize
    result: "i32", // length of the name, 0 for failure
  },
} as const satisfies Deno.ForeignLibraryInterface;

const MAX_PROCESSES = 1 << 16;
/** `2 * MAXCOMLEN` (sys/proc_info.h, `pbi_name`) and its end. */
const NAME_BYTES = 64;

/**
 * The names of all processes that this user may see.
 * @throws if the library cannot be opened, as on any system but macOS, or refuses
 */
export function processNamesDarwin({ path = LIBSYSTEM_PATH } = {}): string[] {
  const library = Deno.dlopen(path, SYMBOLS);
  const { proc_listallpids, proc_name } = library.symbols;
  try {
    const pids = new Int32Array(MAX_PROCESSES);
    const count = proc_listallpids(pids, pids.byteLength);
    if (count <= 0) throw new Error("macOS refuses the list of processes (proc_listallpids)");
    const name = new Uint8Array(NAME_BYTES);
    return [...pids.subarray(0, count)].map((pid) => {
      const length = proc_name(pid, name, name.length);
      return new TextDecoder().decode(name.subarray(0, Math.max(0, length)));
    });
  } finally {
    library.close();
  }
}
