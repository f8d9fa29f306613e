import assert from "node:assert/strict";
import { crc32 } from "../../sidecar/bytes/crc32.ts";

Deno.test("the checksum is that of zip", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assert.equal(crc32(new Uint8Array()), 0);
});
