import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanText, MAX_NAME_LENGTH } from "../../shared/text.ts";

Deno.test("leaves ordinary names of every language as they are", () => {
  for (const name of ["Scene 1", "配信中", "Größe ≥ 3", "مشهد", "👩‍👩‍👧 Family", "🏳️‍🌈", "नमस्ते"]) {
    assert.equal(cleanText(name), name);
  }
});

Deno.test("takes out what changes the direction or hides", () => {
  assert.equal(cleanText("a\u202Eb\u2066c\u200Bd\uFEFFe\u00ADf"), "abcdef");
});

Deno.test("makes one line with single spaces", () => {
  assert.equal(cleanText("  a\r\n\tb\u0000c\u2028d\u00A0\u00A0e  "), "a b c d e");
});

Deno.test("takes out halves of characters", () => {
  assert.equal(cleanText("a\uD800b\uDC00c"), "abc");
});

Deno.test("cuts what is too long, between characters", () => {
  assert.equal(cleanText("x".repeat(500)), `${"x".repeat(119)}…`);
  assert.equal(cleanText("x".repeat(120)), "x".repeat(120));
  assert.equal(cleanText("😀".repeat(5), 3), "😀😀…");
});

Deno.test("makes harmless lines of any text, and leaves harmless lines alone", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: "binary", maxLength: 400 }));
  fc.assert(fc.property(text, (value) => {
    const clean = cleanText(value);
    assert.ok(Array.from(clean).length <= MAX_NAME_LENGTH);
    assert.doesNotMatch(clean, /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
    assert.equal(clean, clean.trim());
    assert.equal(cleanText(clean), clean);
  }));
});
