import assert from "node:assert/strict";
import { dpapiBlock, parseBlob } from "../../sidecar/win32/crypt32.ts";

Deno.test("DPAPI's block names where its input and entropy lie", () => {
  const address = 0x7fff_1234_5678_9000n;
  const input = Uint8Array.of(1, 2, 3, 4, 5);
  const entropy = Uint8Array.of(9, 8);
  const block = dpapiBlock({ input, entropy }, address);
  assert.equal(block.length, 48 + 5 + 2);
  assert.deepEqual(parseBlob(block), { address: address + 48n, length: 5 });
  assert.deepEqual(parseBlob(block.subarray(16)), { address: address + 53n, length: 2 });
  assert.deepEqual(parseBlob(block.subarray(32)), { address: 0n, length: 0 });
  assert.deepEqual([...block.subarray(48)], [1, 2, 3, 4, 5, 9, 8]);
});
