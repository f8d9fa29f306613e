import assert from "node:assert/strict";
import {
  createDarwinNetworkSource,
  parseInterfaceMessages,
} from "../../sidecar/collectors/network_darwin.ts";

/** A message as macOS sends for each interface: if_msghdr2, then sockaddr_dl. */
function interfaceMessage(
  { name, index, flags = 0x8863, received = 0n, sent = 0n }: {
    name: string;
    index: number;
    flags?: number;
    received?: bigint;
    sent?: bigint;
  },
): Uint8Array {
  const bytes = new Uint8Array(160 + 24);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, bytes.length, true);
  bytes.set([5, 0x12], 2); // RTM_VERSION, RTM_IFINFO2
  view.setInt32(4, 0x10, true); // RTA_IFP
  view.setInt32(8, flags, true);
  view.setUint16(12, index, true);
  view.setBigUint64(96, received, true);
  view.setBigUint64(104, sent, true);
  bytes.set([24, 18, 0, 0, 6, name.length, 6, 0], 160); // AF_LINK, name and address lengths
  bytes.set(new TextEncoder().encode(`${name}MACMAC`), 168);
  return bytes;
}

/** An address message (RTM_NEWADDR, RTM_NEWMADDR2), as they lie between the interfaces. */
function otherMessage(length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xff);
  new DataView(bytes.buffer).setUint16(0, length, true);
  bytes.set([5, 0x0c], 2);
  return bytes;
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("macOS's interface messages are read, others passed over", () => {
  const messages = join(
    interfaceMessage({ name: "lo0", index: 1, flags: 0x8049, received: 7n, sent: 7n }),
    otherMessage(32),
    interfaceMessage({ name: "en0", index: 4, received: 5_000_000_000n, sent: 6_000_000_000n }),
    otherMessage(64),
  );
  assert.deepEqual(parseInterfaceMessages(messages), [
    { id: "1 lo0", name: "lo0", loopback: true, receivedBytes: 7, sentBytes: 7 },
    {
      id: "4 en0",
      name: "en0",
      loopback: false,
      receivedBytes: 5_000_000_000,
      sentBytes: 6_000_000_000,
    },
  ]);
});

Deno.test("macOS's messages lie anywhere in a larger buffer", () => {
  const message = interfaceMessage({ name: "en0", index: 4, received: 9n });
  const buffer = join(new Uint8Array(3), message);
  assert.equal(parseInterfaceMessages(buffer.subarray(3))[0]?.receivedBytes, 9);
});

Deno.test("cut or senseless messages from macOS end the list", () => {
  const message = interfaceMessage({ name: "en0", index: 4 });
  for (let length = 0; length < message.length; length++) {
    assert.deepEqual(parseInterfaceMessages(message.subarray(0, length)), [], `${length}`);
  }
  assert.deepEqual(parseInterfaceMessages(new Uint8Array(64)), []);
  const longName = message.slice();
  longName[165] = 255;
  assert.match(parseInterfaceMessages(longName)[0]!.name, /^en0MAC/);
});

Deno.test("macOS's adapters are counted, not its tunnels and bridges", async () => {
  const all = ["lo0", "en0", "en7", "awdl0", "utun3", "bridge0"].map((name, index) =>
    interfaceMessage({ name, index, flags: name === "lo0" ? 0x8049 : 0x8863 })
  );
  const names = async (messages: Uint8Array[]) => {
    const libSystem = {
      freeBytes: () => Promise.resolve(null),
      interfaceMessages: () => join(...messages),
      close() {},
    };
    const counters = await createDarwinNetworkSource({ libSystem }).counters();
    return counters.map((item) => item.id.split(" ")[1]);
  };
  assert.deepEqual(await names(all), ["en0", "en7"]);
  assert.deepEqual(await names([all[0]!, all[4]!]), ["utun3"]);
});
