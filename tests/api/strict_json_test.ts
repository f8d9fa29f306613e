import assert from "node:assert/strict";
import { JsonSyntaxError, MAX_DEPTH, parseStrictJson } from "../../sidecar/api/strict_json.ts";

const problemOf = (text: string) => parseStrictJson(text).problems.join("; ");

Deno.test("reads JSON as it is", () => {
  const values = [{}, [], null, 1, "x", { a: [{ b: '"{[,' }, "]"], c: { a: 1 } }, [["a", "a"]]];
  for (const value of values) {
    assert.deepEqual(parseStrictJson(JSON.stringify(value, null, 1)), { value, problems: [] });
  }
});

Deno.test("refuses a key that stands twice, however it is spelled, and __proto__", () => {
  assert.match(problemOf('{"a":1,"b":{"a":1},"a":2}'), /"a" stands there twice/);
  assert.match(problemOf('{"a":1,"\\u0061":2}'), /"a" stands there twice/);
  assert.match(problemOf('[{"x":{"__proto__":{"y":1}}}]'), /no key may be "__proto__"/);
  assert.match(problemOf('{"\\u005f_proto__":1}'), /no key may be "__proto__"/);
  assert.equal(problemOf('{"a":"a","b":["a","a"]}'), "");
});

Deno.test("refuses deep nesting before it builds anything", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  assert.deepEqual(parseStrictJson(nested(MAX_DEPTH)).problems, []);
  for (const text of [nested(MAX_DEPTH + 1), nested(10_000), '{"a":'.repeat(30_000)]) {
    assert.match(problemOf(text), /deeper than 16 levels/);
  }
});

Deno.test("says that something is no JSON without repeating it", () => {
  for (const text of ["", "secret", '{"a":1', "{'a':1}", '{"a":01}', "[1,]", '{"a" "b"}', "}}{{"]) {
    assert.throws(
      () => parseStrictJson(text),
      (error) => error instanceof JsonSyntaxError && !error.message.includes("secret"),
    );
  }
});
