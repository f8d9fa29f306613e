import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "smol-toml";
import { tomlPlaces } from "../../sidecar/config/toml_places.ts";

/** Each place as `line path = value`. */
function places(toml: string): string[] {
  return tomlPlaces(toml).map((place) => {
    const path = place.path.join("/");
    return place.kind === "heading"
      ? `${place.line} [${path}]`
      : `${place.line} ${path} = ${toml.slice(place.valueStart, place.end)}`;
  });
}

Deno.test("finds headings and keys with their lines and values", () => {
  const toml = `# [not] = 1
top = 1
[engine] # here
log_level = "info" # why = 1
  bridge_update_rate=250
[platforms . "a b"]
'quoted key' = 'C:\\x'
`;
  assert.deepEqual(places(toml), [
    "2 top = 1",
    "3 [engine]",
    '4 engine/log_level = "info"',
    "5 engine/bridge_update_rate = 250",
    "6 [platforms/a b]",
    "7 platforms/a b/quoted key = 'C:\\x'",
  ]);
});

Deno.test("finds what is written with dots or in inline tables", () => {
  const toml = `platforms.kick.enabled = true
[platforms]
twitch = { enabled = true, x = { y = 1 } , output.z = "a, b" } # c
`;
  assert.deepEqual(places(toml), [
    "1 platforms/kick/enabled = true",
    "2 [platforms]",
    '3 platforms/twitch = { enabled = true, x = { y = 1 } , output.z = "a, b" }',
    "3 platforms/twitch/enabled = true",
    "3 platforms/twitch/x = { y = 1 }",
    "3 platforms/twitch/x/y = 1",
    '3 platforms/twitch/output/z = "a, b"',
  ]);
});

Deno.test("is not fooled by what stands in texts and lists", () => {
  const toml = `a = """
[x]
b = 1 \\"""
"""
c = '''
[y]
'''
d = [ # comment ]
  "]", { e = 1 },
  [1, 2],
]
e = "# no \\" comment" # comment
f = 1979-05-27 07:32:00 # a date
`;
  assert.deepEqual(tomlPlaces(toml).map(({ path, line }) => `${line} ${path}`), [
    "1 a",
    "5 c",
    "8 d",
    "12 e",
    "13 f",
  ]);
});

Deno.test("counts lines behind a byte order mark and Windows's line ends", () => {
  assert.deepEqual(places("\uFEFF[a]\r\n\r\nb = 1\r\n"), ["1 [a]", "3 a/b = 1"]);
});

const KEY = fc.constantFrom("a", "b", "c", '"d e"', "'f'");
const VALUE = fc.constantFrom(
  "1",
  "true",
  '"x # y"',
  "'z]'",
  '"""\nq = 1\n"""',
  "[1, # c\n 2]",
  "{ i = 1, j.k = '}' }",
  "2026-01-01 10:00:00Z",
  "+1_0.5e3",
);
const LINE = fc.oneof(
  fc.tuple(KEY, VALUE).map(([key, value]) => `${key} = ${value} # c`),
  fc.tuple(KEY, KEY, VALUE).map(([a, b, value]) => `${a} . ${b}=${value}`),
  fc.tuple(KEY, KEY).map(([a, b]) => `[ ${a}.${b} ]`),
  fc.constant("  # comment = 1"),
  fc.constant(""),
);

Deno.test("finds every key that the parser finds, with its value", () => {
  fc.assert(
    fc.property(fc.array(LINE), (lines) => {
      const toml = lines.join("\n");
      let document: unknown;
      try {
        document = parse(toml);
      } catch {
        return;
      }
      for (const place of tomlPlaces(toml)) {
        let found: unknown = document;
        for (const part of place.path) found = (found as Record<string, unknown>)[part];
        if (place.kind === "heading") assert.equal(typeof found, "object");
        else assert.deepEqual(found, parse(`v = ${toml.slice(place.valueStart, place.end)}`)["v"]);
      }
      const count = (value: unknown): number =>
        typeof value !== "object" || value === null || value instanceof Date || Array.isArray(value)
          ? 1
          : Object.values(value).reduce<number>((sum, item) => sum + count(item), 0);
      const isTable = (text: string) => text.startsWith("{");
      const values = tomlPlaces(toml).filter(({ kind, valueStart }) =>
        kind === "value" && !isTable(toml.slice(valueStart))
      );
      assert.equal(values.length, count(document));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("bears any text", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."[]{}=.,#\"'\\ \n\r\tab1\uFEFF") });
  fc.assert(
    fc.property(fc.oneof(letters, fc.string()), (text) => {
      for (const { start, end } of tomlPlaces(text)) assert.ok(start <= end && end <= text.length);
    }),
    { numRuns: 2000 },
  );
});
