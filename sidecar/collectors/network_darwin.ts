/** Interface counters of macOS, from its routing messages. */
import type { LibSystem } from "../darwin/libsystem.ts";
import type { InterfaceCounters, NetworkSource } from "./network.ts";

/**
 * `struct if_msghdr2` with its `struct if_data64` (Apple, net/if.h and net/if_var.h, packed to 4):
 * u16 ifm_msglen 0, u8 ifm_version 2, u8 ifm_type 3, i32 ifm_addrs 4, i32 ifm_flags 8, u16 ifm_index
 * 12, i32 × 4 from 16, then the data from 32: u8 ifi_type 32, …, u64 ifi_ibytes 96, u64 ifi_obytes
 * 104, …, 160 bytes. A `struct sockaddr_dl` follows (net/if_dl.h): u8 sdl_nlen 5, name from 8 on.
 */
const MESSAGE = {
  headerSize: 160,
  type: 3,
  flags: 8,
  index: 12,
  receivedBytes: 96,
  sentBytes: 104,
  nameLength: 160 + 5,
  name: 160 + 8,
} as const;

/** RTM_IFINFO2 (Apple, net/route.h): the message with 64-bit counters. */
const INTERFACE_INFO = 0x12;

/** IFF_LOOPBACK (Apple, net/if.h). */
const LOOPBACK = 0x8;

/** What macOS names wired and wireless adapters, also those on USB; not tunnels, bridges, AWDL. */
const ADAPTER_NAME = /^en[0-9]+$/;

/** One interface as macOS describes it. */
export interface DarwinInterface extends InterfaceCounters {
  name: string;
  loopback: boolean;
}

/** Reads the answer of sysctl NET_RT_IFLIST2; messages of other kinds are passed over. */
export function parseInterfaceMessages(bytes: Uint8Array): DarwinInterface[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const interfaces: DarwinInterface[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > bytes.length) break;
    if (bytes[at + MESSAGE.type] === INTERFACE_INFO && length >= MESSAGE.name) {
      const nameEnd = Math.min(at + MESSAGE.name + bytes[at + MESSAGE.nameLength]!, at + length);
      const name = String.fromCharCode(...bytes.subarray(at + MESSAGE.name, nameEnd));
      interfaces.push({
        id: `${view.getUint16(at + MESSAGE.index, true)} ${name}`,
        name,
        loopback: (view.getInt32(at + MESSAGE.flags, true) & LOOPBACK) !== 0,
        receivedBytes: Number(view.getBigUint64(at + MESSAGE.receivedBytes, true)),
        sentBytes: Number(view.getBigUint64(at + MESSAGE.sentBytes, true)),
      });
    }
    at += length;
  }
  return interfaces;
}

/**
 * What macOS tells of the network. Counted are the adapters (`en0`, `en1`, …): what tunnels and
 * bridges carry passes one of them. Without any, all but the loopback. Some versions are reported
 * to give only the low 32 bits of the counters: the wrap, every 4 GiB, adds nothing to the rate.
 */
export function createDarwinNetworkSource({ libSystem }: { libSystem: LibSystem }): NetworkSource {
  return {
    counters() {
      const all = parseInterfaceMessages(libSystem.interfaceMessages());
      const adapters = all.filter((item) => ADAPTER_NAME.test(item.name));
      return adapters.length > 0 ? adapters : all.filter((item) => !item.loopback);
    },
  };
}
