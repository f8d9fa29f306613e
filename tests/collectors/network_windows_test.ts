import assert from "node:assert/strict";
import { chooseInterfaces, parseIfTable2 } from "../../sidecar/collectors/network_windows.ts";

const ETHERNET = 6;
const WIFI = 71;
const TUNNEL = 131;
const LOOPBACK = 24;
const HARDWARE = 1;
const FILTER = 2;

interface Row {
  luid: bigint;
  type: number;
  flags: number;
  status?: number;
  received?: bigint;
  sent?: bigint;
}

/** A MIB_IF_TABLE2 in memory, other fields filled with noise. */
function interfaceTable(rows: Row[]): Uint8Array {
  const bytes = new Uint8Array(8 + rows.length * 1352).fill(0xee);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, rows.length, true);
  rows.forEach((row, i) => {
    const at = 8 + i * 1352;
    view.setBigUint64(at, row.luid, true);
    view.setUint32(at + 1128, row.type, true);
    view.setUint8(at + 1152, row.flags);
    view.setUint32(at + 1156, row.status ?? 1, true);
    view.setBigUint64(at + 1208, row.received ?? 0n, true);
    view.setBigUint64(at + 1280, row.sent ?? 0n, true);
  });
  return bytes;
}

function chosen(rows: Row[]): string[] {
  return chooseInterfaces(parseIfTable2(interfaceTable(rows))).map((item) => item.id);
}

Deno.test("Windows's interface table is read", () => {
  const table = interfaceTable([
    { luid: 1n, type: LOOPBACK, flags: 0 },
    { luid: 2n ** 50n, type: ETHERNET, flags: 0b101, received: 5_000_000_000n, sent: 7n },
  ]);
  assert.deepEqual(parseIfTable2(table)[1], {
    id: "1125899906842624",
    type: ETHERNET,
    up: true,
    hardware: true,
    filter: false,
    receivedBytes: 5_000_000_000,
    sentBytes: 7,
  });
});

Deno.test("a cut interface table gives the rows that are whole", () => {
  const table = interfaceTable([
    { luid: 1n, type: ETHERNET, flags: HARDWARE },
    { luid: 2n, type: ETHERNET, flags: HARDWARE },
  ]);
  assert.equal(parseIfTable2(table.subarray(0, table.length - 1)).length, 1);
  assert.deepEqual(parseIfTable2(table.subarray(0, 8)), []);
  assert.deepEqual(parseIfTable2(new Uint8Array(0)), []);
});

Deno.test("layers that filter drivers put on an adapter are not counted again", () => {
  assert.deepEqual(
    chosen([
      { luid: 1n, type: LOOPBACK, flags: 0 },
      { luid: 2n, type: ETHERNET, flags: HARDWARE },
      { luid: 3n, type: ETHERNET, flags: FILTER },
      { luid: 4n, type: ETHERNET, flags: FILTER | HARDWARE },
      { luid: 5n, type: WIFI, flags: HARDWARE },
      { luid: 6n, type: TUNNEL, flags: 0 },
      { luid: 7n, type: ETHERNET, flags: 0 },
    ]),
    ["2", "5"],
  );
});

Deno.test("adapters that are down are not counted", () => {
  assert.deepEqual(
    chosen([
      { luid: 1n, type: ETHERNET, flags: HARDWARE, status: 2 },
      { luid: 2n, type: WIFI, flags: HARDWARE, status: 1 },
    ]),
    ["2"],
  );
});

Deno.test("without hardware, all that is up counts but loopback and filters", () => {
  assert.deepEqual(
    chosen([
      { luid: 1n, type: LOOPBACK, flags: 0 },
      { luid: 2n, type: ETHERNET, flags: 0 },
      { luid: 3n, type: ETHERNET, flags: FILTER },
      { luid: 4n, type: ETHERNET, flags: 0, status: 2 },
    ]),
    ["2"],
  );
});
