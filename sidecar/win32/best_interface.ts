/** The network interface that Windows sends through, by iphlpapi.dll. */
import { IF_TABLE2, openIphlpapi } from "./iphlpapi.ts";
import { DEFAULT_SYSTEM_ROOT, openKernel32 } from "./kernel32.ts";

const SYMBOLS = {
  GetBestInterface: {
    parameters: ["u32", "buffer"], // IPAddr destination, DWORD *index
    result: "u32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** Any address of the internet: nothing is sent, only the route to it is looked up. */
const SOMEWHERE = 0x01010101;

/** What the interface is, as Windows counts kinds (Microsoft, ipifcons.h: 6 Ethernet, 71 Wi-Fi). */
export interface WindowsRoute {
  /** Null if the interface is not in Windows's table. */
  type: number | null;
}

/** Kind of the interface with this index in a MIB_IF_TABLE2; null if it has none. */
export function interfaceType(table: Uint8Array, index: number): number | null {
  if (table.length < IF_TABLE2.headerSize) return null;
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  const room = Math.floor((table.length - IF_TABLE2.headerSize) / IF_TABLE2.rowSize);
  const rows = Math.min(view.getUint32(0, true), room);
  for (let row = 0; row < rows; row++) {
    const at = IF_TABLE2.headerSize + row * IF_TABLE2.rowSize;
    if (view.getUint32(at + IF_TABLE2.index, true) === index) {
      return view.getUint32(at + IF_TABLE2.type, true);
    }
  }
  return null;
}

/**
 * Asks Windows once.
 * @param systemRoot `%SystemRoot%`
 * @returns null if there is no way to the internet
 * @throws if the libraries may not be loaded, or Windows refuses its table
 */
export async function readWindowsRoute(
  systemRoot: string = DEFAULT_SYSTEM_ROOT,
): Promise<WindowsRoute | null> {
  const library = Deno.dlopen(`${systemRoot}\\System32\\iphlpapi.dll`, SYMBOLS);
  const index = new Uint32Array(1);
  try {
    const code = library.symbols.GetBestInterface(SOMEWHERE, new Uint8Array(index.buffer));
    if (code !== 0) return null;
  } finally {
    library.close();
  }
  const kernel32 = openKernel32({ systemRoot });
  try {
    const iphlpapi = openIphlpapi({ kernel32, systemRoot });
    try {
      return { type: interfaceType(await iphlpapi.interfaceTable(), index[0] ?? 0) };
    } finally {
      iphlpapi.close();
    }
  } finally {
    kernel32.close();
  }
}
