import assert from "node:assert/strict";
import fc from "fast-check";
import {
  insertItem,
  insertMember,
  removePart,
  setMember,
  unsetMember,
} from "../../sidecar/setup/json_edit.ts";
import {
  type JsonNode,
  type JsonObject,
  jsonPlaces,
  JsonPlacesError,
  memberOf,
} from "../../sidecar/setup/json_places.ts";

/** JSON laid out in any way. */
const anyJson = fc.tuple(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(undefined, 1, 4, "\t"),
  fc.constantFrom("", "\uFEFF", " \n"),
).map(([value, space, head]) => head + JSON.stringify(value, null, space));

function nodesOf(node: JsonNode): JsonNode[] {
  if (node.kind === "array") return [node, ...node.items.flatMap(nodesOf)];
  if (node.kind === "object") return [node, ...node.members.flatMap(({ value }) => nodesOf(value))];
  return [node];
}

function objectIn(text: string): JsonObject {
  const node = jsonPlaces(text);
  assert.ok(node.kind === "object");
  return node;
}

Deno.test("reads what JSON.parse reads, at the right places", () => {
  fc.assert(fc.property(anyJson, (text) => {
    const root = jsonPlaces(text);
    for (const node of nodesOf(root)) {
      const value: unknown = JSON.parse(text.slice(node.start, node.end));
      if (node.kind === "string") assert.equal(node.value, value);
      assert.equal(Array.isArray(value), node.kind === "array");
    }
  }));
});

Deno.test("refuses what JSON.parse refuses", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\u01ae tfn\n-.') }), (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      if (!isJson) assert.throws(() => jsonPlaces(text), JsonPlacesError);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("what is put into any array or object is taken out byte for byte", () => {
  const entry = '{"path": "x", "n": 1}';
  fc.assert(fc.property(anyJson, fc.nat(), (before, choice) => {
    const inner = nodesOf(jsonPlaces(before)).filter((node) =>
      node.kind === "array" || node.kind === "object" && memberOf(node, "new") === null
    );
    const index = inner.length === 0 ? -1 : choice % inner.length;
    const node = inner[index];
    if (node?.kind === "array") {
      const text = insertItem(before, { array: node, value: entry });
      const again = nodesOf(jsonPlaces(text)).find((each) => each.start === node.start);
      assert.ok(again?.kind === "array");
      const part = again.items.at(-1);
      assert.ok(part !== undefined);
      assert.equal(text.slice(part.start, part.end), entry);
      assert.equal(removePart(text, { parts: again.items, part }), before);
    } else if (node?.kind === "object") {
      const text = insertMember(before, { object: node, key: "new", value: entry });
      const again = nodesOf(jsonPlaces(text)).find((each) => each.start === node.start);
      assert.ok(again?.kind === "object");
      const part = memberOf(again, "new");
      assert.ok(part !== null);
      assert.equal(removePart(text, { parts: again.members, part }), before);
    }
  }));
});

Deno.test("a member that is there is set and put back, and one that is not comes and goes", () => {
  for (const before of ['{"a": false , "b":9223372036854775807}', "{ }", '{\n    "b": 1\n}\n']) {
    const set = setMember(before, { object: objectIn(before), key: "a", value: "true" });
    assert.equal(JSON.parse(set.text).a, true);
    assert.equal(
      unsetMember(set.text, { object: objectIn(set.text), key: "a", before: set.before }),
      before,
    );
  }
});

Deno.test("a file that is cut anywhere is refused, never half understood", () => {
  const whole = '{"modules": {"scripts-tool": [{"path": "a\\"\\\\", "n": -1.5e3}], "x": null}}';
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => jsonPlaces(whole.slice(0, length)), JsonPlacesError);
  }
});

Deno.test("refuses two members of one name, endless nesting and what follows the value", () => {
  assert.throws(() => jsonPlaces('{"a":1,"a":2}'), JsonPlacesError);
  assert.throws(() => jsonPlaces("[".repeat(100_000)), JsonPlacesError);
  assert.throws(() => jsonPlaces("{} {}"), JsonPlacesError);
});

Deno.test("reads a text of a megabyte", () => {
  const text = JSON.stringify({ text: '\\"ä'.repeat(300_000) });
  assert.equal(memberOf(jsonPlaces(text), "text")?.value.kind, "string");
});
