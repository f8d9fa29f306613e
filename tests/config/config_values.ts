/** Any valid configuration, for tests that must hold for all of them. */
import fc from "fast-check";
import type { Fields } from "../../shared/config.ts";
import type { Field } from "../../shared/config_field.ts";
import { CONFIG_FIELDS, isPlatformName, PLATFORM_FIELDS } from "../../shared/config_fields.ts";

const TEXTS = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: "binary" }),
  fc.constantFrom("10.0.0.5", "my-pc.local", "::1"),
  fc.constantFrom("a # b", 'say "hi"', "C:\\x", "'''", '"""', "ä€🎮", "[x]", "k = 1"),
);
const ADDRESSES = fc.constantFrom(
  "rtmps://a.example:443/live",
  "rtmp://127.0.0.1/app?x=1&y='2'",
  "https://example.com/a%20b.json",
  "https://[::1]/x",
);

/** Any value that the field allows and that can stand in a file. */
function fieldValue(field: Field<unknown>): fc.Arbitrary<string | number | boolean> {
  return anyOfKind(field).filter((value) => field.accepts(value));
}

function anyOfKind(
  { kind, min = 0, max = 0, choices = [] }: Field<unknown>,
): fc.Arbitrary<string | number | boolean> {
  switch (kind) {
    case "switch":
      return fc.boolean();
    case "whole":
      return fc.integer({ min, max });
    case "number":
      return fc.double({ min, max, noNaN: true });
    case "choice":
      return fc.constantFrom(...choices);
    case "text":
      return fc.oneof(TEXTS, ADDRESSES);
  }
}

/** Any selection of a section's settings. */
function sectionValues(fields: Fields): fc.Arbitrary<Record<string, string | number | boolean>> {
  return fc.record(
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldValue(field)])),
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, string | number | boolean>>;
}

const PLATFORM_NAMES = fc.oneof(
  fc.constantFrom("twitch", "kick", "__proto__", "constructor", "1", "-"),
  fc.string({ unit: fc.constantFrom(..."az09_-"), minLength: 1, maxLength: 64 }),
).filter(isPlatformName);

/** Settings as they may stand in a file, by section. */
export const anySettings: fc.Arbitrary<Record<string, Record<string, unknown>>> = fc.record({
  ...Object.fromEntries(
    Object.entries(CONFIG_FIELDS).map(([section, fields]) => [section, sectionValues(fields)]),
  ),
  platforms: fc.array(fc.tuple(PLATFORM_NAMES, sectionValues(PLATFORM_FIELDS)), { maxLength: 4 })
    .map((platforms) => Object.fromEntries(platforms)),
}, { requiredKeys: [] }) as fc.Arbitrary<Record<string, Record<string, unknown>>>;
