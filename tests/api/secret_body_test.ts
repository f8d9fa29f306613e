import assert from "node:assert/strict";
import fc from "fast-check";
import { SecretBodyError, secretOfBody } from "../../sidecar/api/secret_body.ts";

const encoder = new TextEncoder();
const read = (body: string) => new TextDecoder().decode(secretOfBody(encoder.encode(body)));

Deno.test("reads every text as JSON.parse does", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => {
    assert.equal(read(JSON.stringify({ value })), value.toWellFormed());
    const escaped = value.split("").map((unit) =>
      `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
    );
    if (value.isWellFormed()) assert.equal(read(`{"value":"${escaped.join("")}"}`), value);
  }));
  assert.equal(
    read(' {\t"value" :\r\n"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud83d\\ude00ü" } '),
    '"\\/\b\f\n\r\té😀ü',
  );
});

Deno.test("refuses everything else without repeating it", () => {
  for (
    const body of [
      "",
      "{}",
      '"canary"',
      '{"value":1}',
      '{"value":null}',
      '{"value":["canary"]}',
      '{"value":"canary"',
      '{"value":"canary',
      '{"value":"canary"}}',
      '{"value":"canary","value":"canary"}',
      '{"value":"canary","host":"evil.example"}',
      '{"host":"evil.example","value":"canary"}',
      '{"Value":"canary"}',
      '{"value":"can\nary"}',
      '{"value":"\\x"}',
      '{"value":"\\u12"}',
      '{"value":"\\ud800"}',
      '{"value":"\\udc00\\ud800"}',
      '{"value":"\\ud800\\u0041"}',
    ]
  ) {
    assert.throws(
      () => read(body),
      (error) => error instanceof SecretBodyError && !error.message.includes("canary"),
      body,
    );
  }
});
