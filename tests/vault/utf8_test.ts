import assert from "node:assert/strict";
import fc from "fast-check";
import { isPlainUtf8 } from "../../sidecar/vault/utf8.ts";

/** As the platform's own decoder sees it. */
function expected(bytes: Uint8Array): boolean {
  if (bytes.some((byte) => byte < 0x20 || byte === 0x7f)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

Deno.test("tells UTF-8 from other bytes as the platform's decoder does", () => {
  const lead = fc.constantFrom(0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff);
  const next = fc.constantFrom(0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0x41);
  const near = fc.tuple(lead, next, next, next).map((bytes) => new Uint8Array(bytes));
  const cut = fc.tuple(near, fc.integer({ min: 1, max: 4 })).map(([b, n]) => b.slice(0, n));
  const text = fc.string({ unit: "binary" }).map((string) => new TextEncoder().encode(string));
  const cases = fc.oneof(near, cut, text, fc.uint8Array({ maxLength: 6 }));
  fc.assert(fc.property(cases, (bytes) => isPlainUtf8(bytes) === expected(bytes)), {
    numRuns: 5000,
  });
});

Deno.test("takes words of every script, and no control characters", () => {
  assert.equal(isPlainUtf8(new TextEncoder().encode("Pa55 wörd ключ 鍵 🔑")), true);
  for (const text of ["a\nb", "a\tb", "\0", "a\x7f"]) {
    assert.equal(isPlainUtf8(new TextEncoder().encode(text)), false);
  }
});
