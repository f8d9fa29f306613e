import assert from "node:assert/strict";
import fc from "fast-check";
import { AmfEcmaArray, type AmfValue } from "../../sidecar/rtmp/amf0_value.ts";
import { decodeAmf0 } from "../../sidecar/rtmp/decode_amf0.ts";
import { encodeAmf0 } from "../../sidecar/rtmp/encode_amf0.ts";
import { RtmpError } from "../../sidecar/rtmp/rtmp_error.ts";

/** Names as objects have them; an empty one would end the object. */
const names = fc.string({ minLength: 1, unit: "binary" }).map((name) => name.toWellFormed());

const { value: anyValue } = fc.letrec<{ value: AmfValue; fields: Record<string, AmfValue> }>(
  (tie) => ({
    fields: fc.dictionary(names, tie("value"), { noNullPrototype: false, maxKeys: 5 }),
    value: fc.oneof(
      { maxDepth: 4 },
      fc.double(),
      fc.boolean(),
      fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
      fc.constant(null),
      fc.constant(undefined),
      fc.date(),
      fc.array(tie("value"), { maxLength: 5 }),
      tie("fields").map((fields) => withoutPrototype(fields)),
      tie("fields").map((fields) => new AmfEcmaArray(withoutPrototype(fields))),
    ),
  }),
);

function withoutPrototype(fields: Record<string, AmfValue>): Record<string, AmfValue> {
  return Object.assign(Object.create(null), fields);
}

function isGarbage(error: unknown): boolean {
  return error instanceof RtmpError && error.code === "garbage";
}

Deno.test("every value of AMF0 comes back as it was", () => {
  fc.assert(fc.property(fc.array(anyValue, { maxLength: 4 }), (values) => {
    assert.deepEqual(decodeAmf0(encodeAmf0(values)), values);
  }));
});

Deno.test("strings of more than 65,535 bytes come back as long strings", () => {
  const text = "ü".repeat(40_000);
  const bytes = encodeAmf0([text, "short"]);
  assert.equal(bytes[0], 0x0c);
  assert.deepEqual(decodeAmf0(bytes), [text, "short"]);
});

Deno.test("a name that is too long for the format is refused", () => {
  assert.throws(() => encodeAmf0([{ ["x".repeat(65_536)]: 1 }]), RangeError);
});

Deno.test("values that are cut off are told as garbage", () => {
  fc.assert(fc.property(anyValue, fc.nat(), (value, cut) => {
    const bytes = encodeAmf0([value]);
    const length = 1 + cut % bytes.length;
    if (length === bytes.length) return;
    assert.throws(() => decodeAmf0(bytes.subarray(0, length)), isGarbage);
  }));
});

Deno.test("bytes of any kind are read or told as garbage, and nothing else happens", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeAmf0(bytes);
      } catch (error) {
        assert.ok(isGarbage(error), String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("deep nesting, and arrays that promise billions, are refused at once", () => {
  const deep = new Uint8Array(5 * 10_000).map((_, index) => [0x0a, 0, 0, 0, 1][index % 5] ?? 0);
  assert.throws(() => decodeAmf0(deep), /nested too deep/);
  const billions = Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, ...new Uint8Array(10_000).fill(5));
  assert.throws(() => decodeAmf0(billions), /too many values/);
  const many = new Uint8Array(100_000).fill(5);
  assert.throws(() => decodeAmf0(many), /too many values/);
});

Deno.test("names from outside do not reach an object's prototype", () => {
  const hostile = JSON.parse('{"__proto__": 1, "constructor": 2}');
  const [read] = decodeAmf0(encodeAmf0([hostile]));
  assert.ok(typeof read === "object" && read !== null);
  assert.equal(Object.getPrototypeOf(read), null);
  assert.deepEqual(Object.keys(read).sort(), ["__proto__", "constructor"]);
});
