import assert from "node:assert/strict";
import {
  countField,
  fieldsOf,
  flagField,
  positiveField,
  textField,
} from "../../sidecar/obs/fields.ts";

const NONSENSE: unknown[] = [
  undefined,
  null,
  "NaN",
  "12",
  [],
  {},
  -1,
  NaN,
  Infinity,
  -Infinity,
  () => 1,
  Symbol("x"),
];

Deno.test("takes nothing but numbers of at least 0 for a figure", () => {
  for (const value of NONSENSE) assert.equal(positiveField({ value }, "value"), null);
  assert.equal(positiveField({}, "value"), null);
  assert.equal(positiveField({ value: true }, "value"), null);
  assert.equal(positiveField({ value: 0 }, "value"), 0);
  assert.equal(positiveField({ value: 1.5 }, "value"), 1.5);
});

Deno.test("takes nothing but whole numbers that can be told apart for a count", () => {
  for (const value of [...NONSENSE, 1.5, 2 ** 53, true]) {
    assert.equal(countField({ value }, "value"), null);
  }
  assert.equal(countField({ value: 7 }, "value"), 7);
});

Deno.test("takes nothing but a text with something in it for a text", () => {
  for (const value of [undefined, null, 1, true, [], {}, ""]) {
    assert.equal(textField({ value }, "value"), null);
  }
  assert.equal(textField({ value: "x" }, "value"), "x");
});

Deno.test("takes nothing but true and false for a flag", () => {
  for (const value of [undefined, null, 1, 0, "true", [], {}]) {
    assert.equal(flagField({ value }, "value"), null);
  }
  assert.equal(flagField({ value: false }, "value"), false);
});

Deno.test("takes nothing but an object for an object", () => {
  for (const value of [undefined, null, 1, "x", [1]]) assert.deepEqual(fieldsOf(value), {});
  assert.deepEqual(fieldsOf({ a: 1 }), { a: 1 });
});
