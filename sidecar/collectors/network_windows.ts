/** Interface counters of Windows, from its interface table. */
import { IF_TABLE2, type Iphlpapi } from "../win32/iphlpapi.ts";
import type { InterfaceCounters, NetworkSource } from "./network.ts";

/** IF_TYPE_SOFTWARE_LOOPBACK (Microsoft, ipifcons.h). */
const LOOPBACK = 24;

/** IfOperStatusUp (Microsoft, ifdef.h). */
const UP = 1;

/** Bits of InterfaceAndOperStatusFlags, first member lowest (Microsoft, netioapi.h). */
const HARDWARE_INTERFACE = 1 << 0;
const FILTER_INTERFACE = 1 << 1;

/** One interface as Windows describes it. */
export interface WindowsInterface extends InterfaceCounters {
  type: number;
  up: boolean;
  hardware: boolean;
  /** A layer that a driver put on top of another interface; it repeats that one's bytes. */
  filter: boolean;
}

/** Reads a MIB_IF_TABLE2; rows beyond the end of the buffer are passed over. */
export function parseIfTable2(bytes: Uint8Array): WindowsInterface[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < IF_TABLE2.headerSize) return [];
  const room = Math.floor((bytes.length - IF_TABLE2.headerSize) / IF_TABLE2.rowSize);
  const rows = Math.min(view.getUint32(0, true), room);
  return Array.from({ length: rows }, (_, row) => {
    const at = IF_TABLE2.headerSize + row * IF_TABLE2.rowSize;
    const flags = bytes[at + IF_TABLE2.flags]!;
    return {
      id: String(view.getBigUint64(at + IF_TABLE2.luid, true)),
      type: view.getUint32(at + IF_TABLE2.type, true),
      up: view.getUint32(at + IF_TABLE2.operStatus, true) === UP,
      hardware: (flags & HARDWARE_INTERFACE) !== 0,
      filter: (flags & FILTER_INTERFACE) !== 0,
      receivedBytes: Number(view.getBigUint64(at + IF_TABLE2.inOctets, true)),
      sentBytes: Number(view.getBigUint64(at + IF_TABLE2.outOctets, true)),
    };
  });
}

/**
 * The interfaces whose bytes count: those that are up and have hardware behind them. The layers
 * that filter drivers put on top, tunnels and virtual switches repeat the same bytes. Without any
 * hardware, all that are up and neither filter nor loopback.
 */
export function chooseInterfaces(all: readonly WindowsInterface[]): WindowsInterface[] {
  const usable = all.filter((item) => item.up && !item.filter && item.type !== LOOPBACK);
  const real = usable.filter((item) => item.hardware);
  return real.length > 0 ? real : usable;
}

/** What Windows tells of the network. */
export function createWindowsNetworkSource({ iphlpapi }: { iphlpapi: Iphlpapi }): NetworkSource {
  return {
    counters: async () => chooseInterfaces(parseIfTable2(await iphlpapi.interfaceTable())),
  };
}
