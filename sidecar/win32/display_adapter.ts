/** What Windows's graphics kernel knows of a graphics adapter. */
import type { NativeMemory } from "./native_memory.ts";

/** Source of declarations, numbers and layouts: Microsoft's `d3dkmthk.h`, of the driver kit. */
const SYMBOLS = {
  D3DKMTOpenAdapterFromLuid: {
    parameters: ["buffer"], // D3DKMT_OPENADAPTERFROMLUID *: u32 low, i32 high, u32 adapter
    result: "i32",
    optional: true,
  },
  D3DKMTQueryAdapterInfo: {
    // D3DKMT_QUERYADAPTERINFO *: u32 adapter 0, u32 kind 4, address 8, u32 size 16; 24 bytes
    parameters: ["buffer"],
    result: "i32",
    optional: true,
  },
  D3DKMTCloseAdapter: {
    parameters: ["buffer"], // D3DKMT_CLOSEADAPTER *: u32 adapter
    result: "i32",
    optional: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** KMTQUERYADAPTERINFOTYPE, with the size of the structure that each fills. */
const QUERY = {
  /** D3DKMT_SEGMENTSIZEINFO: u64 DedicatedVideoMemorySize 0, two more. */
  memory: { kind: 3, size: 24 },
  /** D3DKMT_ADAPTERREGISTRYINFO: WCHAR AdapterString[260] 0, three more. */
  name: { kind: 8, size: 2080 },
  /** D3DKMT_ADAPTERTYPE: u32 of bits. */
  type: { kind: 15, size: 4 },
  /** D3DKMT_QUERY_DEVICE_IDS: u32 index 0, u32 VendorID 4, five more. */
  ids: { kind: 31, size: 28 },
  /** D3DKMT_ADAPTER_PERFDATA: u32 index 0, five u64 from 8, u32 FanRPM 48, Power 52,
   * Temperature 56 in tenths of a degree Celsius, u8 60. */
  sensors: { kind: 62, size: 64 },
} as const;

/** Bit `SoftwareDevice` of D3DKMT_ADAPTERTYPE. */
const SOFTWARE_DEVICE = 1 << 2;
const NAME_UNITS = 260;

/** PCI vendor numbers (PCI-SIG's list). */
const VENDORS: Readonly<Record<number, string>> = {
  0x1002: "amd",
  0x10de: "nvidia",
  0x8086: "intel",
};

/** As the vendors' drivers name their cards, where Windows does not tell the number. */
const NAMED: readonly [RegExp, string][] = [
  [/\b(amd|radeon)\b/i, "amd"],
  [/\b(nvidia|geforce|quadro)\b/i, "nvidia"],
  [/\bintel\b/i, "intel"],
];

/** What does not change while an adapter is there; null where Windows does not tell. */
export interface AdapterFacts {
  name: string | null;
  /** `amd`, `nvidia` or `intel`; null for another. */
  vendor: string | null;
  memoryBytes: number | null;
  /** No card but a program that draws, such as Microsoft's Basic Render Driver. */
  isSoftware: boolean;
}

/** The graphics kernel. */
export interface DisplayAdapters {
  /** @param luid the adapter's number, of this start of Windows */
  facts(luid: bigint): AdapterFacts;
  /** Degrees Celsius; null where the driver does not tell. */
  temperatureCelsius(luid: bigint): number | null;
  close(): void;
}

/** Text of a name that ends at its first zero; null if it is empty. */
export function parseAdapterName(bytes: Uint8Array<ArrayBuffer>): string | null {
  const text = new TextDecoder("utf-16le").decode(bytes.subarray(0, NAME_UNITS * 2));
  return text.split("\0", 1)[0]?.trim() || null;
}

/** The temperature in a D3DKMT_ADAPTER_PERFDATA; 0 there means that it is not known. */
export function parseTemperature(bytes: Uint8Array<ArrayBuffer>): number | null {
  const tenths = viewOf(bytes).getUint32(56, true);
  return tenths > 0 && tenths < 2000 ? tenths / 10 : null;
}

/** The vendor that a card's name tells of; null if none. */
export function vendorNamed(name: string | null): string | null {
  return NAMED.find(([pattern]) => pattern.test(name ?? ""))?.[1] ?? null;
}

/**
 * @param path gdi32.dll, where the graphics kernel's calls are
 * @throws if it may not be loaded, as on any system but Windows
 */
export function openDisplayAdapters(
  path: string,
  { memory }: { memory: NativeMemory },
): DisplayAdapters {
  const library = Deno.dlopen(path, SYMBOLS);
  const { D3DKMTOpenAdapterFromLuid, D3DKMTQueryAdapterInfo, D3DKMTCloseAdapter } = library.symbols;
  const block = memory.allocate(QUERY.name.size);

  function withAdapter<T>(luid: bigint, work: (adapter: number) => T): T | null {
    const open = new Uint8Array(12);
    viewOf(open).setBigUint64(0, luid, true);
    if (D3DKMTOpenAdapterFromLuid === null || D3DKMTOpenAdapterFromLuid(open) !== 0) return null;
    try {
      return work(viewOf(open).getUint32(8, true));
    } finally {
      D3DKMTCloseAdapter?.(open.slice(8));
    }
  }

  function ask(adapter: number, what: keyof typeof QUERY): Uint8Array<ArrayBuffer> | null {
    if (D3DKMTQueryAdapterInfo === null) return null;
    const { kind, size } = QUERY[what];
    block.write(new Uint8Array(size));
    const query = new Uint8Array(24);
    const view = viewOf(query);
    view.setUint32(0, adapter, true);
    view.setUint32(4, kind, true);
    view.setBigUint64(8, block.address, true);
    view.setUint32(16, size, true);
    return D3DKMTQueryAdapterInfo(query) === 0 ? block.read(size) : null;
  }

  return {
    facts(luid) {
      const facts = withAdapter(luid, (adapter) => {
        const [name, ids, memory, type] = (["name", "ids", "memory", "type"] as const)
          .map((what) => ask(adapter, what));
        const text = name ? parseAdapterName(name) : null;
        return {
          name: text,
          vendor: ids ? VENDORS[viewOf(ids).getUint32(4, true)] ?? null : vendorNamed(text),
          memoryBytes: memory ? Number(viewOf(memory).getBigUint64(0, true)) || null : null,
          isSoftware: type ? (viewOf(type).getUint32(0, true) & SOFTWARE_DEVICE) !== 0 : false,
        };
      });
      return facts ?? { name: null, vendor: null, memoryBytes: null, isSoftware: false };
    },
    temperatureCelsius: (luid) =>
      withAdapter(luid, (adapter) => {
        const sensors = ask(adapter, "sensors");
        return sensors && parseTemperature(sensors);
      }),
    close() {
      block.free();
      library.close();
    },
  };
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
