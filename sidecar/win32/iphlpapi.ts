/** The calls of Windows's iphlpapi.dll that the network collector needs. */
import { DEFAULT_SYSTEM_ROOT, type Kernel32 } from "./kernel32.ts";

const SYMBOLS = {
  GetIfTable2: {
    parameters: ["buffer"], // MIB_IF_TABLE2 **table
    result: "u32",
    nonblocking: true,
  },
  FreeMibTable: {
    parameters: ["usize"], // void *memory
    result: "void",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * MIB_IF_TABLE2 and MIB_IF_ROW2 on 64-bit Windows (Microsoft, netioapi.h): the table is u32
 * NumEntries 0 and rows from 8 on. A row: u64 InterfaceLuid 0, u32 InterfaceIndex 8, GUID 12,
 * two names of 257 UTF-16 units 28 and 542, u32 and 2 × 32 bytes of hardware address 1056, u32 Mtu
 * 1124, Type 1128, TunnelType 1132, MediaType 1136, PhysicalMediumType 1140, AccessType 1144,
 * DirectionType 1148, u8 InterfaceAndOperStatusFlags 1152, u32 OperStatus 1156, AdminStatus 1160,
 * MediaConnectState 1164, GUID 1168, u32 ConnectionType 1184, then u64s: two link speeds from 1192,
 * InOctets 1208, eight more, OutOctets 1280, eight more; 1352 bytes.
 */
export const IF_TABLE2 = {
  headerSize: 8,
  rowSize: 1352,
  luid: 0,
  index: 8,
  type: 1128,
  flags: 1152,
  operStatus: 1156,
  inOctets: 1208,
  outOctets: 1280,
} as const;

/** More interfaces than any machine has; a larger number means that memory was misread. */
const MAX_ROWS = 4096;

/** iphlpapi.dll. */
export interface Iphlpapi {
  /**
   * A MIB_IF_TABLE2 with every interface; valid until the next call, one call at a time.
   * @throws if Windows refuses it.
   */
  interfaceTable(): Promise<Uint8Array>;
  close(): void;
}

/**
 * Loads iphlpapi.dll.
 * @throws if it may not be loaded.
 */
export function openIphlpapi(
  { kernel32, systemRoot = DEFAULT_SYSTEM_ROOT }: { kernel32: Kernel32; systemRoot?: string },
): Iphlpapi {
  const library = Deno.dlopen(`${systemRoot}\\System32\\iphlpapi.dll`, SYMBOLS);
  const i = library.symbols;
  const address = new BigUint64Array(1);
  const addressBytes = new Uint8Array(address.buffer);
  const count = new Uint32Array(1);
  const countBytes = new Uint8Array(count.buffer);
  let table = new Uint8Array(64 * IF_TABLE2.rowSize);

  function copyTable(from: bigint): Uint8Array {
    kernel32.copy(countBytes, from);
    const rows = count[0] ?? 0;
    if (rows > MAX_ROWS) throw new Error(`Windows reports ${rows} network interfaces`);
    const size = IF_TABLE2.headerSize + rows * IF_TABLE2.rowSize;
    if (size > table.length) table = new Uint8Array(size);
    const view = table.subarray(0, size);
    kernel32.copy(view, from);
    return view;
  }

  return {
    async interfaceTable() {
      const code = await i.GetIfTable2(addressBytes);
      const from = address[0] ?? 0n;
      if (code !== 0 || from === 0n) {
        throw new Error(`Windows refuses the network interfaces (GetIfTable2, error ${code})`);
      }
      try {
        return copyTable(from);
      } finally {
        i.FreeMibTable(from);
      }
    },
    close: () => library.close(),
  };
}
